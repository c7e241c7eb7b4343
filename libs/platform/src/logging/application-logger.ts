import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** What Nest says of its own wiring: of use to nobody who runs the product. */
const WIRING = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication']);

/** The product's log without the framework's own start; what it fails with is thrown as well, and said by whoever catches it. */
@Injectable()
export class ApplicationLogger extends Logger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!isWiring(rest)) super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (!isWiring(rest)) super.error(message, ...rest);
  }
}

const isWiring = (rest: unknown[]): boolean => rest.some((part) => typeof part === 'string' && WIRING.has(part));
