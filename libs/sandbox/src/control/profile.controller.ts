import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, UseGuards } from '@nestjs/common';
import { ApiForbiddenResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, ProblemDto, Scopes } from '#libs/platform';
import { AppearanceService } from './appearance.service.js';
import { ContactsService } from './contacts.service.js';
import { GroupIdParam } from './group-id.js';
import { OtherNumberParam, PhoneNumberParam } from './phone-number.js';
import { PicturesService } from './pictures.service.js';
import { ChangeProfileDto, PictureDto, SandboxContactDto, SandboxProfileDto, SetPictureDto, SetPresenceDto } from './profile.dto.js';
import { ProfileService } from './profile.service.js';
import { TestKeyGuard } from './test-key.guard.js';

@ApiTags('sandbox')
@Controller('v1/sandbox/phones/:number')
@UseGuards(TestKeyGuard)
@ApiNotFoundResponse({ type: ProblemDto })
export class ProfileController {
  constructor(
    private readonly profiles: ProfileService,
    private readonly pictures: PicturesService,
    private readonly contacts: ContactsService,
    private readonly appearance: AppearanceService,
  ) {}

  @Get('profile')
  @Scopes('messages:read')
  @ApiOperation({ summary: 'What the phone says of itself, whom it lets see that, and whom it has blocked' })
  readSandboxProfile(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string): Promise<SandboxProfileDto> {
    return this.profiles.read(caller.tenantId, number);
  }

  @Patch('profile')
  @ActsOutside()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Change name, status text, privacy settings or blocked numbers of the phone; what is not said stays as it is' })
  changeSandboxProfile(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() request: ChangeProfileDto): Promise<SandboxProfileDto> {
    return this.profiles.change(caller.tenantId, number, request);
  }

  @Put('profile/picture')
  @ActsOutside()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Set the picture of the phone; who has a chat with it is told' })
  setSandboxPicture(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() { image }: SetPictureDto): Promise<PictureDto> {
    return this.pictures.setOwn(caller.tenantId, number, Buffer.from(image, 'base64'));
  }

  @Delete('profile/picture')
  @ActsOutside()
  @HttpCode(204)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Take the picture of the phone away' })
  removeSandboxPicture(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string): Promise<void> {
    return this.pictures.removeOwn(caller.tenantId, number);
  }

  @Put('groups/:group/picture')
  @ActsOutside()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Set the picture of a group; everybody in it is told' })
  @ApiForbiddenResponse({ type: ProblemDto })
  setSandboxGroupPicture(
    @CurrentCaller() caller: Caller,
    @PhoneNumberParam() number: string,
    @GroupIdParam() group: string,
    @Body() { image }: SetPictureDto,
  ): Promise<PictureDto> {
    return this.pictures.setOfGroup(caller.tenantId, number, group, Buffer.from(image, 'base64'));
  }

  @Get('contacts/:other')
  @Scopes('messages:read')
  @ApiOperation({ summary: 'Somebody else as the phone sees them: picture, status text, whether they are there or typing' })
  readSandboxContact(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @OtherNumberParam() other: string): Promise<SandboxContactDto> {
    return this.contacts.read(caller.tenantId, number, other);
  }

  @Post('presence')
  @ActsOutside()
  @HttpCode(204)
  @Scopes('messages:send')
  @ApiOperation({ summary: 'Let the phone be there, go away, or type in a chat; instances that want to know are told at once' })
  @ApiForbiddenResponse({ type: ProblemDto })
  setSandboxPresence(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() request: SetPresenceDto): Promise<void> {
    return this.appearance.appear(caller.tenantId, number, request);
  }
}
