import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize } from 'class-validator';
import type { DocumentDiff, FieldChange } from './diff-documents.js';
import { MAX_RULES } from './retention-schema.js';

const MAX_FIELDS = 200;

/** What a field of a document can be: a text, a number, or a list of them. */
const VALUE = [{ type: 'string' }, { type: 'integer' }, { type: 'array', maxItems: 100, items: {} }];
const RULE = { type: 'array', maxItems: MAX_RULES, items: { type: 'object', additionalProperties: true } } as const;

export class FieldChangeDto {
  /** JSON pointer, within the document or the rule @example "/archive/after" */
  pointer!: string;

  @ApiProperty({ description: 'Absent: it was not there', required: false, anyOf: VALUE, example: 'P30D' })
  old?: unknown;

  @ApiProperty({ description: 'Absent: it is not there any more', required: false, anyOf: VALUE, example: 'P14D' })
  new?: unknown;
}

export class RuleChangeDto {
  /** @example "default" */
  id!: string;

  @ArrayMaxSize(200)
  @Type(() => FieldChangeDto)
  fields!: FieldChangeDto[];
}

export class RulesDiffDto {
  @ApiProperty({ ...RULE, description: 'Whole, as they are now', example: [{ id: 'keep', kind: 'retain', match: {}, clock: 'latest', for: 'P90D' }] })
  added!: object[];

  @ApiProperty({ ...RULE, description: 'Whole, as they were', example: [] })
  removed!: object[];

  @ArrayMaxSize(100)
  @Type(() => RuleChangeDto)
  changed!: RuleChangeDto[];
}

export class PolicyDiffDto {
  /** @example 2 */
  from!: number;

  /** @example 3 */
  to!: number;

  /** Of everything beside the rules */
  @ArrayMaxSize(200)
  @Type(() => FieldChangeDto)
  fields!: FieldChangeDto[];

  /** By their ids: where a rule stands in the document means nothing */
  @Type(() => RulesDiffDto)
  rules!: RulesDiffDto;
}

export function toPolicyDiffDto(from: number, to: number, { fields, rules }: DocumentDiff): PolicyDiffDto {
  const changed = rules.changed.map((rule) => ({ id: rule.id, fields: rule.fields.map(toFieldChangeDto) }));
  return { from, to, fields: fields.slice(0, MAX_FIELDS).map(toFieldChangeDto), rules: { added: rules.added, removed: rules.removed, changed } };
}

function toFieldChangeDto({ pointer, old, new: now }: FieldChange): FieldChangeDto {
  return { pointer, ...(old !== undefined && { old }), ...(now !== undefined && { new: now }) };
}
