import { type ApiDocument, type Media, operationsOf } from './api-document.js';
import { exampleOf } from './example-of.js';

/** Shows what every JSON body and answer looks like, from the examples of its properties. One that a controller gave stays. */
export function describeExamples(document: ApiDocument): void {
  for (const { operation } of operationsOf(document)) {
    for (const { content } of [operation.requestBody, ...Object.values(operation.responses)].filter((part) => part !== undefined)) {
      const json = content?.['application/json'];
      if (json) showExample(json, document);
    }
  }
}

function showExample(media: Media, { components }: ApiDocument): void {
  if ('example' in media || media.examples) return;
  const example = exampleOf(media.schema, components.schemas);
  if (example !== undefined) media.example = example;
}
