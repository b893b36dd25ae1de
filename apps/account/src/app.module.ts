import type { Loaded } from '@kelp/config';
import type { Logger } from '@kelp/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { AccountController } from './account.controller.js';
import type { settings } from './config.js';
import { ConnectionRepository } from './connection/connection.repository.js';
import { ConnectionService } from './connection/connection.service.js';
import { ConnectionFeed } from './connection/connection-feed.js';
import { Database } from './database.js';
import { OrganizationRepository } from './organization/organization.repository.js';
import { OrganizationService } from './organization/organization.service.js';
import { WorkspaceRepository } from './workspace/workspace.repository.js';
import { WorkspaceService } from './workspace/workspace.service.js';

type Config = Pick<Loaded<typeof settings>, 'database' | 'deletedConnectionsDays'>;

const DAY_MS = 86_400_000;

/** The whole service. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class
export class AppModule {
  static with({ database: { url, connectionsMax }, deletedConnectionsDays }: Config, log: Logger): DynamicModule {
    const database = new Database(url, connectionsMax);
    const organizations = new OrganizationRepository(database);
    const connections = new ConnectionRepository(database);
    const providers = [
      [Database, database],
      [OrganizationService, new OrganizationService(organizations)],
      [WorkspaceService, new WorkspaceService(organizations, new WorkspaceRepository(database))],
      [ConnectionService, new ConnectionService(organizations, connections)],
      [ConnectionFeed, new ConnectionFeed(url, connections, deletedConnectionsDays * DAY_MS, log)],
    ] as const;
    return {
      module: AppModule,
      controllers: [AccountController],
      providers: providers.map(([provide, useValue]) => ({ provide, useValue })),
    };
  }
}
