import type { proto } from '@whiskeysockets/baileys';
import { MEDIA_TYPES, type MediaType, type SealedMedia } from '../protocol/media-cipher.js';

/** A file that a person sends. */
export interface Attachment {
  type: MediaType;
  /** the file itself, or the id of an upload that holds it */
  content?: Buffer;
  upload?: string;
  mimetype?: string;
  fileName?: string;
  caption?: string;
  /** with audio: recorded, not a file */
  voice?: boolean;
}

/** What a phone shows of a file. */
export interface MediaFacts {
  type: MediaType;
  mimetype: string;
  fileName: string | null;
  bytes: number;
}

/** What it needs to read it. */
export interface ReceivedMedia extends MediaFacts {
  directPath: string;
  mediaKey: Buffer;
  fileSha256: Buffer;
}

const USUAL: Record<MediaType, string> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/ogg; codecs=opus',
  document: 'application/octet-stream',
  sticker: 'image/webp',
};

/** The message that carries an uploaded file, or rather where it is and its key. */
export function mediaMessage({ type, mimetype, fileName, caption, voice }: Attachment, sealed: SealedMedia, place: { url: string; directPath: string }): proto.IMessage {
  const { mediaKey, fileSha256, fileEncSha256, fileLength } = sealed;
  const file = { ...place, mediaKey, fileSha256, fileEncSha256, fileLength, mediaKeyTimestamp: Math.floor(Date.now() / 1000), mimetype: mimetype ?? USUAL[type] };
  switch (type) {
    case 'image':
      return { imageMessage: { ...file, caption } };
    case 'video':
      return { videoMessage: { ...file, caption } };
    case 'audio':
      return { audioMessage: { ...file, ptt: voice ?? false } };
    case 'document':
      return { documentMessage: { ...file, caption, fileName: fileName ?? 'file', title: fileName } };
    case 'sticker':
      return { stickerMessage: file };
  }
}

/** The file of a message; null when it has none. */
export function mediaIn(message: proto.IMessage): ReceivedMedia | null {
  for (const type of MEDIA_TYPES) {
    const file = message[`${type}Message`];
    if (!file?.directPath || !file.mediaKey || !file.fileSha256) continue;
    const fileName = (file as proto.Message.IDocumentMessage).fileName ?? null;
    const [mediaKey, fileSha256] = [Buffer.from(file.mediaKey), Buffer.from(file.fileSha256)];
    return { type, mimetype: file.mimetype ?? USUAL[type], fileName, bytes: Number(file.fileLength ?? 0), directPath: file.directPath, mediaKey, fileSha256 };
  }
  return null;
}

export function factsOf({ type, mimetype, fileName, bytes }: ReceivedMedia): MediaFacts {
  return { type, mimetype, fileName, bytes };
}
