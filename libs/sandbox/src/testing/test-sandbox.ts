import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { newId, SandboxDirectory, type TenantId } from '#libs/contracts';
import { Database, DatabaseTarget } from '#libs/platform';
import type { TestDatabase } from '#libs/testing';
import { CallsService } from '../control/calls.service.js';
import { FaultsService } from '../control/faults.service.js';
import { AppearanceService } from '../control/appearance.service.js';
import { ContactsService } from '../control/contacts.service.js';
import { GroupsService } from '../control/groups.service.js';
import { PicturesService } from '../control/pictures.service.js';
import { ProfileService } from '../control/profile.service.js';
import { SettingsService } from '../control/settings.service.js';
import { PhonesService } from '../control/phones.service.js';
import { MediaService } from '../control/media.service.js';
import { MessagesService } from '../control/messages.service.js';
import type { Connection } from '../server/connection.js';
import { PairingByCode } from '../server/pairing-by-code.js';
import { PairingByQr } from '../server/pairing-by-qr.js';
import { WhatsAppServer } from '../server/whatsapp-server.js';
import { SandboxModule } from '../sandbox.module.js';
import { SandboxSettings } from '../sandbox.settings.js';
import type { PhoneMessageDto } from '../control/phone-message.dto.js';

/** The ground under the sandbox: a database and nothing else of the platform. */
@Global()
@Module({})
class Ground {
  static on({ url }: TestDatabase): DynamicModule {
    const providers = [{ provide: DatabaseTarget, useValue: new DatabaseTarget(url) }, Database, SandboxSettings];
    return { module: Ground, providers, exports: [Database, SandboxSettings] };
  }
}

/** A running sandbox, driven as its control API drives it. */
export class TestSandbox {
  private constructor(private readonly app: TestingModule) {}

  static async start(database: TestDatabase): Promise<TestSandbox> {
    const app = await Test.createTestingModule({ imports: [Ground.on(database), SandboxModule] }).compile();
    await app.init();
    return new TestSandbox(app);
  }

  tenant(): TenantId {
    return newId('ten');
  }

  get phones(): PhonesService {
    return this.app.get(PhonesService);
  }

  get faults(): FaultsService {
    return this.app.get(FaultsService);
  }

  get messages(): MessagesService {
    return this.app.get(MessagesService);
  }

  get calls(): CallsService {
    return this.app.get(CallsService);
  }

  get groups(): GroupsService {
    return this.app.get(GroupsService);
  }

  get profiles(): ProfileService {
    return this.app.get(ProfileService);
  }

  get settings(): SettingsService {
    return this.app.get(SettingsService);
  }

  get appearance(): AppearanceService {
    return this.app.get(AppearanceService);
  }

  get contacts(): ContactsService {
    return this.app.get(ContactsService);
  }

  get pictures(): PicturesService {
    return this.app.get(PicturesService);
  }

  get media(): MediaService {
    return this.app.get(MediaService);
  }

  get qr(): PairingByQr {
    return this.app.get(PairingByQr);
  }

  get code(): PairingByCode {
    return this.app.get(PairingByCode);
  }

  serverOf(tenantId: TenantId): ReturnType<SandboxDirectory['serverOf']> {
    return this.app.get(SandboxDirectory).serverOf(tenantId);
  }

  linesOf(tenantId: TenantId): Connection[] {
    return this.app.get(WhatsAppServer).connectionsOf(tenantId);
  }

  /** Newest first. */
  async screenOf(tenantId: TenantId, number: string): Promise<PhoneMessageDto[]> {
    return (await this.messages.list(tenantId, number, { limit: 200 })).data;
  }

  /** A phone loses its keys of a kind, as by a restored backup. */
  async forgetKeys(tenantId: TenantId, number: string, type: string): Promise<void> {
    await this.app.get(Database).forTenant(tenantId, (tx) => tx.execute`DELETE FROM sandbox.phone_keys WHERE number = ${number} AND type = ${type}`);
  }

  /** Every file of a tenant is too old now. */
  async loseMedia(tenantId: TenantId): Promise<void> {
    await this.app.get(Database).forTenant(tenantId, (tx) => tx.execute`DELETE FROM sandbox.media`);
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}
