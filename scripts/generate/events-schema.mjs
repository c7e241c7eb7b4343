import path from 'node:path';

import ts from 'typescript';

import { schemaOf } from './type-schema.mjs';

const CATALOGUE = 'libs/contracts/src/lifecycle-events.ts';
const ENVELOPE = 'libs/platform/src/journal/journal-entry.dto.ts';

/** The JSON Schema of a journal entry, read off the TypeScript types: the catalogue stays the one place where an event is described. */
export function eventsSchema(root) {
  const program = ts.createProgram([path.join(root, CATALOGUE), path.join(root, ENVELOPE)], compilerOptions(root));
  const checker = program.getTypeChecker();
  const declared = (file, name) => declaredType(program.getSourceFile(path.join(root, file)), name, checker);
  const envelope = schemaOf(declared(ENVELOPE, 'JournalEntryDto'), checker);
  const entries = [
    ...eventsOf(declared(CATALOGUE, 'InstanceEvents'), checker, { instanceId: { type: 'string', pattern: '^ins_' }, seq: { type: 'integer', minimum: 1 } }),
    ...eventsOf(declared(CATALOGUE, 'TenantEvents'), checker, { instanceId: { type: 'null' }, seq: { type: 'null' } }),
  ];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A journal entry of Tenure',
    description: 'Additive only: a published event never changes. Readers ignore names and fields they do not know.',
    oneOf: entries.map(([name]) => ({ $ref: `#/$defs/${name}` })),
    $defs: Object.fromEntries(entries.map(([name, own]) => [name, entry(envelope, own)])),
  };
}

/** Per event what differs from the envelope. Not all of `personal` needs to be there for ever: the key it is sealed under may be destroyed. */
function eventsOf(catalogue, checker, subject) {
  return catalogue.getProperties().map((symbol) => {
    const { description, properties } = { properties: {}, ...schemaOf(checker.getTypeOfSymbol(symbol), checker) };
    const said = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    const { data, personal } = properties;
    const own = { type: { const: symbol.name }, ...subject, data, personal: personal ? { anyOf: [personal, { type: 'null' }] } : { type: 'null' } };
    return [symbol.name, { description: said || description, own }];
  });
}

function entry(envelope, { description, own }) {
  return { ...(description && { description }), ...envelope, properties: { ...envelope.properties, ...own } };
}

function declaredType(source, name, checker) {
  const declaration = source.statements.find((statement) => statement.name?.text === name);
  return checker.getTypeAtLocation(declaration);
}

function compilerOptions(root) {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  return { ...ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options, noEmit: true, incremental: false, types: [] };
}
