import type { LoggerService } from '@nestjs/common';

/** Keeps what the product would have logged as an error. */
export class LogRecorder implements LoggerService {
  readonly errors: string[] = [];

  error(message: unknown, ...rest: unknown[]): void {
    this.errors.push([message, ...rest].map((part) => describe(part)).join(' '));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }

  log(): void {}
  warn(): void {}
  debug(): void {}
  verbose(): void {}
}

function describe(part: unknown): string {
  const { err, ...rest } = Object(part) as { err?: Error };
  return err ? `${err.stack} ${JSON.stringify(rest)}` : typeof part === 'string' ? part : JSON.stringify(part);
}
