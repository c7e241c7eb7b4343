import { Body, Controller, Get, HttpCode, Patch, Post, UseGuards } from '@nestjs/common';
import { ApiConflictResponse, ApiForbiddenResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, ProblemDto, Scopes } from '#libs/platform';
import { ChangeMembersDto, ChangeSandboxGroupDto, CreateSandboxGroupDto, groupDto, InviteDto, JoinGroupDto, MemberOutcomesDto, SandboxGroupDto, SandboxGroupListDto } from './group.dto.js';
import { GroupIdParam } from './group-id.js';
import { GroupsService } from './groups.service.js';
import { PhoneNumberParam } from './phone-number.js';
import { TestKeyGuard } from './test-key.guard.js';

@ApiTags('sandbox')
@Controller('v1/sandbox/phones/:number/groups')
@UseGuards(TestKeyGuard)
@ApiNotFoundResponse({ type: ProblemDto })
@ApiForbiddenResponse({ type: ProblemDto })
export class GroupsController {
  constructor(private readonly groups: GroupsService) {}

  @Post()
  @ActsOutside()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Make a group on the phone, with other phones in it' })
  @ApiConflictResponse({ type: ProblemDto })
  async createSandboxGroup(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() request: CreateSandboxGroupDto): Promise<SandboxGroupDto> {
    return groupDto(await this.groups.create(caller.tenantId, number, request));
  }

  @Get()
  @Scopes('messages:read')
  @ApiOperation({ summary: 'The groups that the phone is in' })
  async listSandboxGroups(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string): Promise<SandboxGroupListDto> {
    return { data: (await this.groups.list(caller.tenantId, number)).map(groupDto) };
  }

  @Post('join')
  @ActsOutside()
  @HttpCode(200)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Join a group by its invite code; where it asks for approval, ask to be let in' })
  @ApiConflictResponse({ type: ProblemDto })
  async joinSandboxGroup(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() { code }: JoinGroupDto): Promise<SandboxGroupDto> {
    return groupDto(await this.groups.join(caller.tenantId, number, code));
  }

  @Get(':group')
  @Scopes('messages:read')
  @ApiOperation({ summary: 'A group as the phone sees it, with who is in it' })
  async readSandboxGroup(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @GroupIdParam() group: string): Promise<SandboxGroupDto> {
    return groupDto(await this.groups.read(caller.tenantId, number, group));
  }

  @Patch(':group')
  @ActsOutside()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Change subject, description or settings of a group; what is not said stays as it is' })
  async changeSandboxGroup(
    @CurrentCaller() caller: Caller,
    @PhoneNumberParam() number: string,
    @GroupIdParam() group: string,
    @Body() request: ChangeSandboxGroupDto,
  ): Promise<SandboxGroupDto> {
    return groupDto(await this.groups.change(caller.tenantId, number, group, request));
  }

  @Post(':group/members')
  @ActsOutside()
  @HttpCode(200)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Add, remove, promote or demote members; one outcome for each' })
  @ApiConflictResponse({ type: ProblemDto })
  async changeSandboxGroupMembers(
    @CurrentCaller() caller: Caller,
    @PhoneNumberParam() number: string,
    @GroupIdParam() group: string,
    @Body() request: ChangeMembersDto,
  ): Promise<MemberOutcomesDto> {
    return { data: await this.groups.changeMembers(caller.tenantId, number, group, request) };
  }

  @Post(':group/leave')
  @ActsOutside()
  @HttpCode(204)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Leave a group; one that everybody has left is gone' })
  leaveSandboxGroup(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @GroupIdParam() group: string): Promise<void> {
    return this.groups.leave(caller.tenantId, number, group);
  }

  @Get(':group/invite')
  @Scopes('messages:read')
  @ApiOperation({ summary: 'The code by which others join; only admins see it' })
  async readSandboxGroupInvite(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @GroupIdParam() group: string): Promise<InviteDto> {
    return { code: await this.groups.invite(caller.tenantId, number, group) };
  }

  @Post(':group/invite/renew')
  @ActsOutside()
  @HttpCode(200)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Replace the invite code: the old one is worthless' })
  async renewSandboxGroupInvite(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @GroupIdParam() group: string): Promise<InviteDto> {
    return { code: await this.groups.renewInvite(caller.tenantId, number, group) };
  }
}
