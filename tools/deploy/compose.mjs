import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { interpolate } from './interpolate.mjs';

// The compose specification's own schema, as dclint carries it.
const carrier = createRequire(import.meta.url).resolve('dclint/package.json');
const specification = JSON.parse(fs.readFileSync(path.join(path.dirname(carrier), 'schemas/compose.schema.json'), 'utf8'));
// it names draft 7 by an address that Ajv does not know; 7 is what Ajv reads anyway
delete specification.$schema;
const conforms = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(specification);

/** Settings of the images that are not ours, and variables that only a compose file reads. */
const FOREIGN = new Set(['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB']);
/** Without these the stack must not start. */
export const SECRETS = ['POSTGRES_PASSWORD', 'TENURE_MASTER_KEY', 'TENURE_OPERATOR_KEY'];
const GIVEN = Object.fromEntries(SECRETS.map((name) => [name, 'given']));

/** What is wrong with a compose file: by the specification first, then by our own rules. Empty when nothing is. */
export function composeFaults(text, facts) {
  const written = parse(text, { merge: true });
  const { value: file, names } = interpolate(written, GIVEN);
  if (!conforms(file)) return conforms.errors.map(({ instancePath, message, params }) => `${instancePath || '/'} ${message}${named(params)}`);
  const services = Object.entries(file.services);
  return [
    ...[...names].filter((name) => !facts.settings.has(name) && !FOREIGN.has(name)).map((name) => `\${${name}} is no setting of .env.example`),
    ...services.flatMap(([name, service]) => serviceFaults(name, service, file, facts)),
  ];
}

/** The variables without which a compose file is refused. */
export const requiredBy = (text) => [...new Set(interpolate(parse(text, { merge: true }), {}).missing.map(({ name }) => name))].sort();

/** The images of a compose file. */
export const imagesIn = (text) => Object.values(parse(text, { merge: true }).services).flatMap(({ image: reference }) => reference ?? []);

const named = ({ additionalProperty, allowedValues }) => (additionalProperty ? `: ${additionalProperty}` : allowedValues ? `: ${allowedValues.join(', ')}` : '');

function serviceFaults(name, service, file, facts) {
  const faults = [...ports(service), ...volumes(service, file), ...dependencies(service, file), ...image(service, facts), ...environment(service, facts)];
  const missing = (service.command ?? []).filter((word) => word.startsWith('dist/') && !facts.exists(word)).map((word) => `${word} is not there after a build`);
  return [...faults, ...missing].map((fault) => `${name}: ${fault}`);
}

const ports = ({ ports: published = [] }) => published.filter((port) => !String(port).startsWith('127.0.0.1:')).map((port) => `${port} is open to other machines`);

function volumes({ volumes: mounted = [] }, { volumes: declared = {} }) {
  const sources = mounted.map((volume) => volume.split(':')[0]).filter((source) => /^\w/.test(source));
  return sources.filter((source) => !(source in declared)).map((source) => `the volume ${source} is not declared`);
}

function dependencies({ depends_on: needs = {} }, { services }) {
  return Object.entries(needs).flatMap(([other, { condition }]) => {
    if (!services[other]) return [`there is no service ${other} to wait for`];
    if (condition === 'service_healthy' && !services[other].healthcheck?.test) return [`${other} has no health check to wait for`];
    return condition === 'service_completed_successfully' && services[other].restart !== 'no' ? [`${other} is waited for to end, and is restarted instead`] : [];
  });
}

/** A service of a file that is laid over another may have none. */
function image({ image: reference }, facts) {
  if (reference === undefined) return [];
  if (reference.startsWith('tenure:')) return reference === facts.image ? [] : [`${reference} is not ${facts.image}`];
  return /:(?!latest$)[\w.-]+$/.test(reference) ? [] : [`${reference} has no tag`];
}

function environment({ environment: set = {} }, { settings }) {
  return Object.keys(set).filter((name) => !settings.has(name) && !FOREIGN.has(name)).map((name) => `${name} is no setting of .env.example`);
}
