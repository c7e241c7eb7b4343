import { ApiProperty } from '@nestjs/swagger';

export class UploadDto {
  /** To be named as `media.upload` when the file is sent @example "Zk3sT9vWq2LxYzA1bC4dEf" */
  id!: string;

  /** Where to PUT the file, as it is, up to 16 MB; the server is known by the certificate of GET /v1/sandbox/media @example "https://127.0.0.1:43210/to-phone/ten_01h455vb4pex5vsknk084sn02q/Zk3sT9vWq2LxYzA1bC4dEf?oh=..." */
  url!: string;
}

export class SandboxMediaDto {
  /** Where the media server of the simulated WhatsApp listens @example "127.0.0.1:43210" */
  host!: string;

  /** PEM. It vouches for itself: trust it for this server and nothing else @example "-----BEGIN CERTIFICATE-----\\n..." */
  certificate!: string;

  /** Of one file, in bytes @example 16777216 */
  @ApiProperty({ type: 'integer' })
  largestFile!: number;
}
