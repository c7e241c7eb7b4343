import { stanza, type Stanza } from '../../protocol/stanza.js';
import type { GroupDescription, GroupSettings } from './group.js';
import type { GroupDeed } from './group-rules.js';
import { settingNews } from './setting-news.js';

/** What is to be different about a group. What is not said stays as it is; an empty description goes away. */
export interface GroupChange {
  subject?: string;
  description?: Pick<GroupDescription, 'id' | 'text'>;
  settings?: Partial<GroupSettings>;
}

/** How long messages stay counts as a description of the group, the other settings say who may do what. */
export function deedOf({ settings = {} }: GroupChange): GroupDeed {
  return Object.keys(settings).every((name) => name === 'ephemeral') ? 'describe' : 'administer';
}

/** What the members are told: one notice for each thing that is different. */
export function changeNews({ subject, description, settings }: GroupChange): Stanza[] {
  return [
    ...(subject === undefined ? [] : [stanza('subject', { subject })]),
    ...(description ? [descriptionNews(description)] : []),
    ...(settings ? settingNews(settings) : []),
  ];
}

function descriptionNews({ id, text }: Pick<GroupDescription, 'id' | 'text'>): Stanza {
  return text === '' ? stanza('description', { delete: 'true' }) : stanza('description', { id }, [stanza('body', {}, Buffer.from(text))]);
}
