import { AccessGuard } from '@kelp/access';
import type { Loaded } from '@kelp/config';
import type { Served } from '@kelp/service';
import type { Logger } from '@kelp/telemetry';
import { Module } from '@nestjs/common';
import { AccessController } from './access/access.controller.js';
import { AccessService } from './access/access.service.js';
import { AccessFactRepository } from './access/access-fact.repository.js';
import { AccessFeed } from './access/access-feed.js';
import { GivingRule } from './access/giving-rule.js';
import { AccountController } from './account.controller.js';
import { guardedContracts } from './account.requirements.js';
import { ApiKeyController } from './api-key/api-key.controller.js';
import { ApiKeyRepository } from './api-key/api-key.repository.js';
import { ApiKeyService } from './api-key/api-key.service.js';
import { ApiKeyUses } from './api-key/api-key-uses.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditRepository } from './audit/audit.repository.js';
import { AuditService } from './audit/audit.service.js';
import { AuditSigner } from './audit/audit-signer.js';
import { CollaboratorRepository } from './collaborator/collaborator.repository.js';
import { CollaboratorService } from './collaborator/collaborator.service.js';
import type { settings } from './config.js';
import { ConnectionRepository } from './connection/connection.repository.js';
import { ConnectionService } from './connection/connection.service.js';
import { ConnectionFeed } from './connection/connection-feed.js';
import { ConnectionSecretRepository } from './connection/connection-secret.repository.js';
import { ConnectionSecrets } from './connection/connection-secrets.js';
import { Database } from './database.js';
import { DirectoryController } from './directory/directory.controller.js';
import { InvitationRepository } from './invitation/invitation.repository.js';
import { InvitationService } from './invitation/invitation.service.js';
import { OrganizationRepository } from './organization/organization.repository.js';
import { OrganizationService } from './organization/organization.service.js';
import { RoleRepository } from './role/role.repository.js';
import { RoleService } from './role/role.service.js';
import { KeyringController } from './secrets/keyring.controller.js';
import { Keyring } from './secrets/keyring.js';
import { type SealedColumn, SealedColumnRepository } from './secrets/sealed-column.repository.js';
import { SecretBox } from './secrets/secret-box.js';
import { Attempts } from './sign-in/attempts.js';
import { ChallengeRepository } from './sign-in/challenge.repository.js';
import { CredentialRepository, passwordPlace, totpPlace } from './sign-in/credential.repository.js';
import { CredentialService } from './sign-in/credential.service.js';
import { PasswordHasher } from './sign-in/password-hasher.js';
import { SessionRepository } from './sign-in/session.repository.js';
import { SessionService } from './sign-in/session.service.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { TokenMinter } from './sign-in/token-minter.js';
import { TotpRepository } from './sign-in/totp.repository.js';
import { SigningKeyRepository } from './signing/signing-key.repository.js';
import { SigningKeys } from './signing/signing-keys.js';
import { DomainRepository } from './sso/domain.repository.js';
import { DomainService } from './sso/domain.service.js';
import { IdentityProviderRepository, secretPlace } from './sso/identity-provider.repository.js';
import { IdentityProviderService } from './sso/identity-provider.service.js';
import { Oidc } from './sso/oidc.js';
import { type OutsideOptions, outsideFetch } from './sso/outside-fetch.js';
import { SsoController } from './sso/sso.controller.js';
import { SsoService } from './sso/sso.service.js';
import { SsoRequestRepository } from './sso/sso-request.repository.js';
import { UserIdentityRepository } from './sso/user-identity.repository.js';
import { TeamRepository } from './team/team.repository.js';
import { TeamService } from './team/team.service.js';
import { TeamMemberRepository } from './team/team-member.repository.js';
import { UserRepository } from './user/user.repository.js';
import { UserService } from './user/user.service.js';
import { WorkspaceRepository } from './workspace/workspace.repository.js';
import { WorkspaceService } from './workspace/workspace.service.js';

type Config = Pick<Loaded<typeof settings>, 'database' | 'deletedConnectionsDays' | 'secretKeys'> & {
  readonly sso: Loaded<typeof settings>['sso'] & OutsideOptions;
};

/** Everything that is sealed in a column of its own. */
const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'password',
    key: 'user_id',
    column: 'sealed_hash',
    placeOf: (organization, user) => passwordPlace({ organization, user }),
  },
  {
    table: 'totp',
    key: 'user_id',
    column: 'sealed_secret',
    placeOf: (organization, user) => totpPlace({ organization, user }),
  },
  { table: 'identity_provider', key: 'identity_provider_id', column: 'sealed_client_secret', placeOf: secretPlace },
];

const DAY_MS = 86_400_000;

/** The whole service. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class
export class AppModule {
  /** The module, and the guard in front of it. */
  static with(
    { database: { url, connectionsMax }, deletedConnectionsDays, secretKeys, sso }: Config,
    log: Logger,
  ): Served {
    const retentionMs = deletedConnectionsDays * DAY_MS;
    const database = new Database(url, connectionsMax);
    const organizations = new OrganizationRepository(database);
    const workspaces = new WorkspaceRepository(database);
    const box = new SecretBox(secretKeys);
    const secrets = new ConnectionSecrets(box);
    const connections = new ConnectionRepository(database, secrets, log);
    const users = new UserRepository(database);
    const keys = new ApiKeyRepository(database);
    const feed = new AccessFeed(url, new AccessFactRepository(database), retentionMs, log);
    const giving = new GivingRule(feed);
    const access = new AccessService(feed);
    const uses = new ApiKeyUses(keys, log);
    const teams = new TeamService(
      organizations,
      new TeamRepository(database),
      new TeamMemberRepository(database),
      giving,
    );
    const credentials = new CredentialRepository(database, box);
    const hasher = new PasswordHasher();
    const invitations = new InvitationService(
      organizations,
      users,
      new InvitationRepository(database),
      giving,
      credentials,
      hasher,
    );
    const signing = new SigningKeys(new SigningKeyRepository(database), box);
    const stores = [
      new ConnectionSecretRepository(database, secrets, box),
      signing,
      ...sealedColumns.map((column) => new SealedColumnRepository(database, box, column)),
    ];
    const minter = new TokenMinter(signing);
    const sessions = new SessionRepository(database);
    const totp = new TotpRepository(database, box);
    const attempts = new Attempts(database);
    const challenges = new ChallengeRepository(database);
    const signIns = new SignInService(database, credentials, challenges, sessions, totp, attempts, hasher, minter);
    const auditLog = new AuditRepository(database);
    const audit = new AuditService(auditLog, signing);
    const identityProviders = new IdentityProviderRepository(database, box);
    const domains = new DomainRepository(database);
    const ssoService = new SsoService(
      database,
      identityProviders,
      domains,
      new SsoRequestRepository(database),
      new UserIdentityRepository(domains),
      signIns,
      new Oidc(sso.callbackUrl, outsideFetch(sso)),
      log,
    );
    const providers = [
      [Database, database],
      [SigningKeys, signing],
      [Keyring, new Keyring(box, stores, log)],
      [PasswordHasher, hasher],
      [TokenMinter, minter],
      [SignInService, signIns],
      [SessionService, new SessionService(sessions, minter, log)],
      [IdentityProviderService, new IdentityProviderService(identityProviders, giving)],
      [DomainService, new DomainService(domains, giving, sso.dnsServers)],
      [SsoService, ssoService],
      [CredentialService, new CredentialService(database, credentials, sessions, totp, attempts, hasher)],
      [AuditService, audit],
      [AuditSigner, new AuditSigner(auditLog, audit, log)],
      [OrganizationService, new OrganizationService(organizations)],
      [WorkspaceService, new WorkspaceService(organizations, workspaces, access)],
      [ConnectionService, new ConnectionService(organizations, connections)],
      [ConnectionFeed, new ConnectionFeed(url, connections, retentionMs, log)],
      [UserService, new UserService(organizations, users, giving)],
      [TeamService, teams],
      [RoleService, new RoleService(new RoleRepository(database), giving)],
      [CollaboratorService, new CollaboratorService(workspaces, new CollaboratorRepository(database))],
      [InvitationService, invitations],
      [ApiKeyService, new ApiKeyService(organizations, keys, giving)],
      [ApiKeyUses, uses],
      [AccessFeed, feed],
      [AccessService, access],
    ] as const;
    return {
      module: {
        module: AppModule,
        controllers: [
          AccountController,
          DirectoryController,
          ApiKeyController,
          AccessController,
          AuditController,
          KeyringController,
          SignInController,
          SsoController,
        ],
        providers: providers.map(([provide, useValue]) => ({ provide, useValue })),
      },
      guard: new AccessGuard({
        source: feed,
        contracts: guardedContracts,
        onUse: (principal) => uses.note(principal),
      }),
    };
  }
}
