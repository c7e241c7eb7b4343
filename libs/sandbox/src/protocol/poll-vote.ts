import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { decryptPollVote, proto } from './baileys.js';

/** The poll that a vote is for, as the voter names it. */
export interface Ballot {
  pollId: string;
  /** JID of who made the poll */
  creator: string;
  /** JID of who votes */
  voter: string;
  /** the secret that came with the poll, 32 bytes */
  secret: Uint8Array;
}

const NO_SALT = Buffer.alloc(32);

/** The chosen options as only those can read them who have the poll: AES-256-GCM under a key of poll, creator and voter. */
export function sealVote({ pollId, creator, voter, secret }: Ballot, options: string[]): proto.Message.IPollEncValue {
  const info = Buffer.concat([Buffer.from(`${pollId}${creator}${voter}Poll Vote`), Buffer.from([1])]);
  const key = createHmac('sha256', createHmac('sha256', NO_SALT).update(secret).digest()).update(info).digest();
  const encIv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, encIv).setAAD(Buffer.from(`${pollId}\0${voter}`));
  const vote = proto.Message.PollVoteMessage.encode({ selectedOptions: options.map(hashOf) }).finish();
  return { encPayload: Buffer.concat([cipher.update(vote), cipher.final(), cipher.getAuthTag()]), encIv };
}

/** The chosen ones of these options. @throws when the vote is not for this ballot */
export function openVote({ pollId, creator, voter, secret }: Ballot, vote: proto.Message.IPollEncValue, options: string[]): string[] {
  const { selectedOptions } = decryptPollVote(vote, { pollMsgId: pollId, pollCreatorJid: creator, voterJid: voter, pollEncKey: secret });
  const chosen = new Set(selectedOptions.map((hash) => Buffer.from(hash).toString('hex')));
  return options.filter((option) => chosen.has(hashOf(option).toString('hex')));
}

function hashOf(option: string): Buffer {
  return createHash('sha256').update(option).digest();
}
