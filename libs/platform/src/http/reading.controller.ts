import { Controller, Get, Header, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from './access.js';
import { renderProblems } from './render-problems.js';

/** What a person finds: the bare address leads to the documentation, and the `type` of every problem to its cause and remedy. */
@ApiExcludeController()
@Controller()
export class ReadingController {
  @Get()
  @Public()
  @Redirect('/docs', 302)
  openDocs(): void {
    // the decorator answers
  }

  @Get('errors.md')
  @Public()
  @Header('content-type', 'text/markdown; charset=utf-8')
  readErrors(): string {
    return renderProblems();
  }
}
