import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { HttpSettings } from '../config/http.settings.js';
import { StartError } from '../start-error.js';

/** Starts to answer; gives the address people can use. @throws StartError when the port is taken or forbidden */
export async function listen(app: NestFastifyApplication, { port, host }: HttpSettings): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw (FAULTS[(error as NodeJS.ErrnoException).code ?? ''] ?? (() => error))(port, host);
  }
  return (await app.getUrl()).replace('[::1]', '127.0.0.1').replace('[::]', '127.0.0.1');
}

const FAULTS: Record<string, (port: number, host: string) => StartError> = {
  EADDRINUSE: (port) => new StartError(`Port ${port} is taken by another process.`, 'Stop it, or set PORT to a free one; PORT=0 picks one.'),
  EACCES: (port) => new StartError(`This user may not listen on port ${port}.`, 'Set PORT to one above 1023.'),
  EADDRNOTAVAIL: (_port, host) => new StartError(`This machine has no address ${host}.`, 'Set HOST to an address of this machine, for example 127.0.0.1.'),
  ENOTFOUND: (_port, host) => new StartError(`The address ${host} is not known.`, 'Set HOST to an address of this machine, for example 127.0.0.1.'),
};
