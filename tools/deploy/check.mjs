// Checks the Dockerfile, the compose files and the Kubernetes manifests, without a container engine and without the network.
//   npm ci && node check.mjs     after a build: what an image starts has to be there
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { composeFaults, imagesIn, requiredBy, SECRETS } from './compose.mjs';
import { dockerfileFaults } from './dockerfile.mjs';
import { stagesOf } from './dockerfile-stages.mjs';
import { readFacts } from './facts.mjs';
import { kubernetesFaults, kustomizationFaults, readManifests } from './kubernetes.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const facts = readFacts(root);

const CHECKS = [checkDockerfile, checkCompose, checkKubernetes];
const results = [];
for (const check of CHECKS) results.push(await check());
process.exitCode = results.every(Boolean) ? 0 : 1;

function checkDockerfile() {
  const text = read('Dockerfile');
  const stages = stagesOf(text);
  facts.user = stages.at(-1)?.instructions.findLast(({ keyword }) => keyword === 'USER')?.words[0];
  return say(`Dockerfile: ${stages.length} stages, the last of them as ${facts.user}`, dockerfileFaults(text, read('.dockerignore'), facts));
}

function checkCompose() {
  const files = ['docker-compose.yml', 'deploy/one-process.compose.yml', 'deploy/postgres.compose.yml'];
  const texts = files.map(read);
  const faults = texts.flatMap((text, index) => composeFaults(text, facts).map((fault) => `${files[index]}: ${fault}`));
  const missing = SECRETS.filter((name) => !requiredBy(texts[0]).includes(name)).map((name) => `${files[0]}: it starts without ${name}`);
  const databases = new Set(texts.flatMap(imagesIn).filter((image) => image.startsWith('postgres:')));
  const differ = databases.size === 1 ? [] : [`the images of PostgreSQL differ: ${[...databases].join(', ')}`];
  return say(`compose: ${files.join(', ')}, by the compose specification`, [...faults, ...missing, ...differ]);
}

async function checkKubernetes() {
  const folder = 'deploy/kubernetes';
  const names = fs.readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
  const files = Object.fromEntries(names.map((name) => [name, read(`${folder}/${name}`)]));
  const faults = [...(await kubernetesFaults(files, facts)), ...kustomizationFaults(read(`${folder}/kustomization.yaml`), files, facts)];
  const kinds = readManifests(files).map(({ manifest }) => manifest.kind);
  return say(`Kubernetes: ${kinds.length} manifests (${[...new Set(kinds)].join(', ')}), by the schemas, no unknown field`, faults);
}

function say(what, faults) {
  console.log(`  ${faults.length === 0 ? 'ok    ' : 'FAULTY'} ${what}`);
  for (const fault of faults) console.log(`           ${fault}`);
  return faults.length === 0;
}
