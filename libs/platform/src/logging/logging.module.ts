import { LoggerModule } from 'nestjs-pino';
import type { DynamicModule } from '@nestjs/common';
import type { ProfileSettings } from '../config/profile.settings.js';

/** What must never be in a log line: keys, credentials, message text, QR text, full phone numbers. */
const SECRETS = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.body',
  ...['text', 'qr', 'key', 'token', 'hash', 'phoneNumber', 'creds', 'ciphertext', 'document'].flatMap((field) => [field, `*.${field}`]),
];

/** Structured logs on standard error, one JSON object a line; standard output is for people (the ready line). */
export function loggingModule({ logLevel }: Pick<ProfileSettings, 'logLevel'>): DynamicModule {
  return LoggerModule.forRoot({
    pinoHttp: [
      {
        level: logLevel,
        redact: { paths: SECRETS, censor: '[redacted]' },
        autoLogging: { ignore: ({ url }) => url === '/healthz' || url === '/readyz' },
        serializers: {
          req: ({ id, method, url }: { id: string; method: string; url: string }) => ({ id, method, url: url.split('?')[0] }),
          res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
        },
        customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'debug'),
        quietReqLogger: true,
      },
      process.stderr,
    ],
  });
}
