import { Param, type PipeTransform } from '@nestjs/common';
import { GroupNotFound } from '../group.errors.js';

const GROUP = /^([0-9]{18})(@g\.us)?$/;

class GroupIdPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    const id = GROUP.exec(text)?.[1];
    if (id === undefined) throw new GroupNotFound();
    return id;
  }
}

/** `:group`, an id or a JID. @throws GroupNotFound */
export const GroupIdParam = () => Param('group', new GroupIdPipe());
