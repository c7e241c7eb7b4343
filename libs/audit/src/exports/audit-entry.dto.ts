import { PageQuery, OptionalWholeNumber } from '#libs/platform';

export class AuditEntriesQuery extends PageQuery {
  /** Only what came after this position @example 0 */
  @OptionalWholeNumber(0)
  after: number = 0;
}

export class AuditEntryDto {
  /** The leaf of the tree is the one before: they are counted from 0 @example 57 */
  position!: number;

  /** What was hashed: the entry as JSON in its canonical form (RFC 8785), personal data as ciphertext @example "{\"actor\":{\"id\":\"policy/3/logged-out\",\"kind\":\"rule\"},...}" */
  canonical!: string;

  /** SHA-256 of a zero byte and `canonical`, base64, as the tree has it @example "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" */
  leaf!: string;
}

export class AuditEntryPageDto {
  data!: AuditEntryDto[];

  /** null on the last page */
  nextCursor!: string | null;
}
