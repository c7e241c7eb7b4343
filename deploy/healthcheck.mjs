// Asks the process in this container whether it is alive or ready, for images that have no curl. Exit code 0 when it says so.
//   node deploy/healthcheck.mjs /healthz
import process from 'node:process';

const [path = '/healthz'] = process.argv.slice(2);
const TIMEOUT_MS = 3000;

try {
  const { ok, status } = await fetch(`http://127.0.0.1:${process.env.PORT || 3000}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  console.log(`${path} answers ${status}`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.log(`${path} does not answer (${error.cause?.code ?? error.name})`);
  process.exitCode = 1;
}
