import { ArrayMaxSize } from 'class-validator';

export class FieldFaultDto {
  /** JSON pointer into the body; to a parameter as if it were a field of it @example "/name" */
  pointer!: string;

  /** What is wrong with it @example "name must be shorter than or equal to 100 characters" */
  detail!: string;
}

/** RFC 9457, `application/problem+json` */
export class ProblemDto {
  /** Link to what it means and what to do @example "/errors.md#instance-not-found" */
  type!: string;

  /** @example "No such instance" */
  title!: string;

  /** @example 404 */
  status!: number;

  /** What happened @example "There is no instance with this id for this key." */
  detail!: string;

  /** Stable: branch on this @example "instance-not-found" */
  code!: string;

  /** The path of the request @example "/v1/instances/ins_01h455vb4pex5vsknk084sn02q" */
  instance!: string;

  /** Where a field or parameter is at fault; the first 100 */
  @ArrayMaxSize(100)
  errors?: FieldFaultDto[];
}
