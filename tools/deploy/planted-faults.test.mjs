// A check that finds nothing proves nothing: each planted fault has to be found, in the very files that are otherwise good.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

import { composeFaults, requiredBy } from './compose.mjs';
import { dockerfileFaults } from './dockerfile.mjs';
import { readFacts } from './facts.mjs';
import { interpolate } from './interpolate.mjs';
import { kubernetesFaults, kustomizationFaults } from './kubernetes.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const facts = { ...readFacts(root), user: '1000:1000' };

/** The text with one thing changed, which has to be there. */
function plant(text, good, bad) {
  assert.ok(text.includes(good), `${good} is not in the file any more`);
  return text.replace(good, () => bad);
}

/** The fault is there with the planted text, and was not there before. */
async function assertFound(check, text, [good, bad], fault) {
  assert.doesNotMatch((await check(text)).join('\n'), fault);
  assert.match((await check(plant(text, good, bad))).join('\n'), fault);
}

describe('the Dockerfile is refused', () => {
  const text = read('Dockerfile');
  const ignore = read('.dockerignore');
  const check = (changed) => dockerfileFaults(changed, ignore, facts);
  const cases = [
    ['with an instruction that there is not', ['EXPOSE 3000', 'EXPORT 3000'], /Unknown instruction: EXPORT/],
    ['with a flag that there is not', ['HEALTHCHECK --interval', 'HEALTHCHECK --every'], /Unknown flag: every/],
    ['on a base without a tag', ['node:24-bookworm-slim AS base', 'node AS base'], /node has no tag/],
    ['on another Node than the tests run on', ['node:24-bookworm-slim AS base', 'node:22-bookworm-slim AS base'], /is not the Node 24/],
    ['as root', ['USER 1000:1000', 'USER 0'], /USER is 0/],
    ['as a user that Kubernetes cannot tell from root', ['USER 1000:1000', 'USER node'], /USER is node/],
    ['with development dependencies', ['npm ci --omit=dev --omit=optional', 'npm ci --omit=optional'], /development dependencies/],
    ['with the node_modules of the build', ['--from=dependencies /app/node_modules', '--from=build /app/node_modules'], /development dependencies/],
    ['with something installed where it runs', ['EXPOSE 3000', 'RUN apt-get update'], /the last stage runs nothing/],
    ['without the lock file', ['RUN --mount=type=cache,target=/root/.npm npm ci --omit=optional', 'RUN npm install --omit=optional'], /npm ci installs/],
    ['with a variable that nothing reads', ['PORT=3000 ', 'TENURE_PROT=3000 '], /TENURE_PROT is no setting/],
    ['with a file that is not there', ['COPY libs libs', 'COPY library libs'], /library is not in the checkout/],
    ['with a file that .dockerignore keeps out', ['COPY libs libs', 'COPY docs docs'], /keeps docs out/],
    ['with a shell as process 1', ['CMD ["dist/apps/api/src/main.js"]', 'CMD node dist/apps/api/src/main.js'], /CMD is missing, or not in exec form/],
    ['with a program that no build makes', ['CMD ["dist/apps/api/', 'CMD ["dist/apps/apo/'], /dist\/apps\/apo\/src\/main.js is started/],
  ];
  for (const [sentence, fault, expected] of cases) it(sentence, () => assertFound(check, text, fault, expected));
});

describe('a compose file is refused', () => {
  const text = read('docker-compose.yml');
  const check = (changed) => composeFaults(changed, facts);
  const cases = [
    ['with a key that the specification does not have', ['stop_grace_period: 30s', 'stop_grace_time: 30s'], /services\/api must NOT have additional properties: stop_grace_time/],
    ['with a condition that there is not', ['condition: service_healthy', 'condition: service_fine'], /must be equal to one of the allowed values/],
    ['with a value of the wrong type', ['init: true', 'init: [yes]'], /init must be/],
    ['when other machines can reach it', ['"127.0.0.1:${PORT', '"${PORT'], /open to other machines/],
    ['with a volume that nobody declared', ['- postgres:/var', '- postgers:/var'], /the volume postgers is not declared/],
    ['when it waits for what cannot come', ['      postgres:\n        condition', '      database:\n        condition'], /no service database/],
    ['with another version than package.json', ['image: tenure:', 'image: tenure:9'], /is not tenure:/],
    ['with a setting that nothing reads', ['TENURE_LOG_LEVEL: ${', 'TENURE_LOGLEVEL: ${'], /TENURE_LOGLEVEL is no setting/],
    ['with a program that no build makes', ['dist/apps/worker/', 'dist/apps/walker/'], /dist\/apps\/walker\/src\/main.js is not there/],
  ];
  for (const [sentence, fault, expected] of cases) it(sentence, () => assertFound(check, text, fault, expected));

  it('by compose itself while a secret is missing', () => {
    assert.deepEqual(requiredBy(text), ['POSTGRES_PASSWORD', 'TENURE_MASTER_KEY', 'TENURE_OPERATOR_KEY']);
  });
});

describe('variables in a compose file', () => {
  const put = (text, environment) => interpolate(text, environment).value;
  const cases = [
    ['${A}', { A: 'x' }, 'x'],
    ['$A-${B:-b}-${C-c}', { A: '1', B: '', C: '' }, '1-b-'],
    ['${A:+set}${B+set}', { A: 'x' }, 'set'],
    ['$$A', { A: 'x' }, '$A'],
  ];
  for (const [text, environment, expected] of cases) it(`${text} is ${expected}`, () => assert.equal(put(text, environment), expected));
});

describe('the manifests are refused', () => {
  const names = ['api.yaml', 'migrate.yaml', 'namespace.yaml', 'network-policy.yaml', 'secret.example.yaml', 'settings.yaml', 'worker.yaml'];
  const files = Object.fromEntries(names.map((name) => [name, read(`deploy/kubernetes/${name}`)]));
  const cases = [
    ['with a field that Kubernetes does not know', 'api.yaml', ['readinessProbe:', 'readynessProbe:'], /readynessProbe is not a field that Kubernetes knows/],
    ['with a value of the wrong type', 'worker.yaml', ['replicas: 3', 'replicas: three'], /spec\/replicas type/],
    ['without what is required', 'migrate.yaml', ['template:', 'templates:'], /required .*template/],
    ['with a kind that there is not', 'api.yaml', ['kind: Service\n', 'kind: Servise\n'], /no Servise in v1/],
    ['when a pod may run as root', 'worker.yaml', ['runAsNonRoot: true', 'runAsNonRoot: false'], /may run as root/],
    ['when a pod runs as another user than the image', 'worker.yaml', ['runAsUser: 1000', 'runAsUser: 1001'], /runs as 1001:1000/],
    ['when a container may write', 'migrate.yaml', ['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'], /may write/],
    ['when a container keeps capabilities', 'api.yaml', ['drop: [ALL]', 'drop: [NET_RAW]'], /keeps capabilities/],
    ['with another version than package.json', 'migrate.yaml', ['image: tenure:', 'image: tenure:9'], /is not tenure:/],
    ['with a setting that nothing reads', 'settings.yaml', ['TENURE_LOG_LEVEL:', 'TENURE_LOGLEVEL:'], /TENURE_LOGLEVEL is no setting/],
    ['with a secret that is not there', 'api.yaml', ['key: TENURE_MASTER_KEY', 'key: TENURE_MASTER'], /no TENURE_MASTER in the Secret/],
    ['when a selector selects nothing', 'network-policy.yaml', ['name: tenure\n  policyTypes: [Ingress, Egress]', 'name: tenures\n  policyTypes: [Ingress, Egress]'], /no pod has the labels/],
    ['when a probe asks for the wrong thing', 'api.yaml', ['path: /readyz', 'path: /healthz'], /readinessProbe asks \/healthz/],
    ['when the pods open more connections than there are', 'settings.yaml', ['CONNECTIONS: "10"', 'CONNECTIONS: "20"'], /open 180 connections/],
    ['when it undoes the autoscaler', 'api.yaml', ['  strategy:', '  replicas: 2\n  strategy:'], /undoes the autoscaler/],
    ['with a program that no build makes', 'worker.yaml', ['dist/apps/worker/', 'dist/apps/walker/'], /dist\/apps\/walker\/src\/main.js is not there/],
  ];
  for (const [sentence, name, fault, expected] of cases) {
    const check = (changed) => kubernetesFaults({ ...files, [name]: changed }, facts);
    it(sentence, () => assertFound(check, files[name], fault, expected));
  }

  it('when the kustomization leaves one out, or has another version', () => {
    const text = read('deploy/kubernetes/kustomization.yaml');
    assert.deepEqual(kustomizationFaults(text, files, facts), []);
    const bad = plant(plant(text, '  - worker.yaml\n', ''), 'newTag: ', 'newTag: 9');
    assert.match(kustomizationFaults(bad, files, facts).join('\n'), /worker.yaml is not among the resources\ntenure:9\S+ is not tenure:/);
  });
});
