import { Injectable } from '@nestjs/common';
import { QueryFamily, type QueryTable } from './query.js';

/** Whether anybody is there. */
@Injectable()
export class KeepAliveQueries extends QueryFamily {
  readonly table: QueryTable = { 'w:p/get/ping': () => ({}) };
}
