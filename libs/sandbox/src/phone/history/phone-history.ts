import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Account, numberJid, parseJid } from '../../protocol/addresses.js';
import { proto } from '../../protocol/baileys.js';
import { groupJid } from '../../server/groups/group.js';
import { Directory } from '../../store/directory.js';
import { GroupsRepository } from '../../store/groups.repository.js';
import { type HistoryMessage, HistoryRepository } from '../../store/history.repository.js';
import { earlierHistory, historyOnDemand, type Memory, recentHistory } from './history-sync.js';
import { webMessage } from './web-message.js';

const { PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE } = proto.Message.ProtocolMessage.Type;
const { PLACEHOLDER_MESSAGE_RESEND } = proto.Message.PeerDataOperationRequestType;
const MOST_AT_ONCE = 50;

/** What a phone tells its own linked devices of what it shows. */
@Injectable()
export class PhoneHistory {
  constructor(
    private readonly history: HistoryRepository,
    private readonly directory: Directory,
    private readonly groups: GroupsRepository,
  ) {}

  /** To a device that has just been linked. `all`: also what is not recent any more. */
  async tell(tx: TenantTx, account: Account, all: boolean): Promise<proto.IMessage[]> {
    const memory = await this.memory(tx, account, await this.history.newest(tx, account.number));
    return [...recentHistory(tx.tenantId, memory), ...(all ? earlierHistory(tx.tenantId, memory) : [])];
  }

  /** What a device asks for; `request`: id of its letter. Null for what this phone does not do. */
  async answer(tx: TenantTx, account: Account, request: string, asked: proto.Message.IPeerDataOperationRequestMessage): Promise<proto.IMessage | null> {
    if (asked.historySyncOnDemandRequest) return this.earlier(tx, account, request, asked.historySyncOnDemandRequest);
    if (asked.placeholderMessageResendRequest) return this.again(tx, account, request, asked.placeholderMessageResendRequest);
    return null;
  }

  private async earlier(
    tx: TenantTx,
    account: Account,
    request: string,
    { chatJid, oldestMsgId, onDemandMsgCount }: proto.Message.PeerDataOperationRequestMessage.IHistorySyncOnDemandRequest,
  ): Promise<proto.IMessage> {
    const count = Math.min(onDemandMsgCount ?? MOST_AT_ONCE, MOST_AT_ONCE);
    const [person] = await this.directory.byJid(tx, [chatJid ?? undefined]);
    const messages = await this.history.before(tx, account.number, person ? numberJid(person) : (chatJid ?? ''), oldestMsgId ?? '', count);
    return historyOnDemand(tx.tenantId, await this.memory(tx, account, messages), request);
  }

  private async again(
    tx: TenantTx,
    account: Account,
    stanzaId: string,
    asked: proto.Message.PeerDataOperationRequestMessage.IPlaceholderMessageResendRequest[],
  ): Promise<proto.IMessage> {
    const peerDataOperationResult: proto.Message.PeerDataOperationRequestResponseMessage.IPeerDataOperationResult[] = [];
    for (const { messageKey } of asked.slice(0, MOST_AT_ONCE)) {
      const found = await this.history.find(tx, account.number, messageKey?.id ?? '');
      const webMessageInfoBytes = found && proto.WebMessageInfo.encode(webMessage({ tenantId: tx.tenantId, number: account.number }, found)).finish();
      if (webMessageInfoBytes) peerDataOperationResult.push({ placeholderMessageResendResponse: { webMessageInfoBytes } });
    }
    const response = { peerDataOperationRequestType: PLACEHOLDER_MESSAGE_RESEND, stanzaId, peerDataOperationResult };
    return { protocolMessage: { type: PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE, peerDataOperationRequestResponseMessage: response } };
  }

  private async memory(tx: TenantTx, account: Account, messages: HistoryMessage[]): Promise<Memory> {
    const chats = [...new Set(messages.map(({ chat }) => chat))];
    const people = await this.directory.accounts(tx, chats.flatMap((chat) => parseJid(chat)?.user ?? []));
    const groups = await this.groups.of(tx, account.number);
    return {
      account,
      messages,
      people: people.filter(({ number }) => number !== account.number),
      groups: new Map(groups.map((group) => [groupJid(group), group.subject])),
    };
  }
}
