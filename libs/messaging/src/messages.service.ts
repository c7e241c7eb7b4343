import { Injectable } from '@nestjs/common';
import { type Caller, type InstanceId, isId, type MessageId, Sessions } from '#libs/contracts';
import { Database, decodeCursor, InstanceKeys, isBusy, isConnectionLoss, isInstant, Mutations, type Page, type PageQuery, pageOf, requireInstance } from '#libs/platform';
import { type MessageDto, type SendMessageDto, toMessageDto } from './message.dto.js';
import { MessageNotListed } from './messaging.errors.js';
import { messageOf, MessagesRepository, type NewMessage } from './messages.repository.js';

const isMessageKey = (key: unknown[]): key is [string, MessageId] =>
  key.length === 2 && isInstant(key[0]) && typeof key[1] === 'string' && isId('msg', key[1]);

@Injectable()
export class MessagesService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly sessions: Sessions,
    private readonly messages: MessagesRepository,
    private readonly keys: InstanceKeys,
  ) {}

  /** Answers after WhatsApp's acknowledgement: what says `sent` was sent. */
  async send(caller: Caller, instanceId: InstanceId, { to, text }: SendMessageDto): Promise<MessageDto> {
    await this.database.readForCaller(caller, (tx) => requireInstance(tx, instanceId));
    const { whatsappId, chat, timestamp, original } = await this.sessions.sendText(caller.tenantId, instanceId, to, text);
    const row = { chat, participant: null, fromMe: true, type: 'text', text, status: 'sent' as const, whatsappId, timestamp, original };
    return this.record(caller, instanceId, row).catch((error: unknown) => {
      throw isConnectionLoss(error) || isBusy(error) ? new MessageNotListed() : error;
    });
  }

  async list(caller: Caller, instanceId: InstanceId, { cursor, limit }: PageQuery): Promise<Page<MessageDto>> {
    const key = decodeCursor(cursor, isMessageKey);
    const before = key && { sentAt: new Date(key[0]), id: key[1] };
    const rows = await this.database.forCaller(caller, async (tx) => {
      await requireInstance(tx, instanceId);
      return this.messages.list(tx, instanceId, before, limit + 1);
    });
    return pageOf(rows, limit, toMessageDto, ({ timestamp, id }) => [timestamp.toISOString(), id]);
  }

  private record(caller: Caller, instanceId: InstanceId, row: NewMessage): Promise<MessageDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const [id] = await this.messages.insert(tx, instanceId, [row], this.keys.held(instanceId));
      // its echo may have been faster
      const message = id ? messageOf(id, instanceId, row) : await this.messages.findByWhatsappId(tx, instanceId, row.chat, row.whatsappId, true);
      return toMessageDto(message!);
    });
  }
}
