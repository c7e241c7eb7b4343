import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from './access.js';
import { renderProblems } from './render-problems.js';

/** Where the `type` of every problem links to. */
@ApiExcludeController()
@Controller()
export class ErrorsController {
  @Get('errors.md')
  @Public()
  @Header('content-type', 'text/markdown; charset=utf-8')
  readErrors(): string {
    return renderProblems();
  }
}
