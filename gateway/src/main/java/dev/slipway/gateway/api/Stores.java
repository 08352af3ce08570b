package dev.slipway.gateway.api;

import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.AlarmStore;
import dev.slipway.store.ApplicationStore;
import dev.slipway.store.AuditStore;
import dev.slipway.store.BackupKeyStore;
import dev.slipway.store.BackupRequests;
import dev.slipway.store.BackupStore;
import dev.slipway.store.DatabaseStore;
import dev.slipway.store.DatabaseWorkStore;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.EnvironmentStore;
import dev.slipway.store.EventStore;
import dev.slipway.store.ExternalSignInStore;
import dev.slipway.store.HousekeepingStore;
import dev.slipway.store.IdempotencyStore;
import dev.slipway.store.InstallationStore;
import dev.slipway.store.InvitationStore;
import dev.slipway.store.KeyStore;
import dev.slipway.store.KnownHostStore;
import dev.slipway.store.NodeStore;
import dev.slipway.store.ProcessStore;
import dev.slipway.store.ProjectEnvironmentStore;
import dev.slipway.store.ProjectStore;
import dev.slipway.store.RegistryStore;
import dev.slipway.store.ReleaseStore;
import dev.slipway.store.RestoreStore;
import dev.slipway.store.RetentionStore;
import dev.slipway.store.ScheduleStore;
import dev.slipway.store.SecondFactorStore;
import dev.slipway.store.SecretRotationStore;
import dev.slipway.store.SessionStore;
import dev.slipway.store.SourceAccessStore;
import dev.slipway.store.SourceArchiveStore;
import dev.slipway.store.UserStore;
import dev.slipway.store.WebhookStore;

/** The stores that the endpoints use, all on one database or all in one transaction. */
public record Stores(
    ProjectStore projects,
    ApplicationStore applications,
    EnvironmentStore environments,
    ProjectEnvironmentStore projectEnvironments,
    DeploymentStore deployments,
    ReleaseStore releases,
    KeyStore keys,
    EventStore events,
    AuditStore audit,
    IdempotencyStore idempotency,
    InstallationStore installation,
    NodeStore nodes,
    ProcessStore processes,
    HousekeepingStore housekeeping,
    SecretRotationStore rotations,
    WebhookStore webhooks,
    UserStore users,
    SessionStore sessions,
    InvitationStore invitations,
    SecondFactorStore secondFactors,
    ExternalSignInStore externalSignIns,
    SourceArchiveStore archives,
    SourceAccessStore access,
    KnownHostStore knownHosts,
    RegistryStore registries,
    DatabaseStore databases,
    DatabaseWorkStore databaseWork,
    BackupStore backups,
    RestoreStore restores,
    BackupRequests backupRequests,
    RetentionStore retention,
    DestinationStore destinations,
    ScheduleStore schedules,
    AlarmStore alarms,
    BackupKeyStore backupKeys) {

  /** All stores on this database or in this transaction. */
  public static Stores on(Queries queries, Vault vault) {
    return new Stores(
        new ProjectStore(queries),
        new ApplicationStore(queries),
        new EnvironmentStore(queries, vault),
        new ProjectEnvironmentStore(queries, vault),
        new DeploymentStore(queries),
        new ReleaseStore(queries),
        new KeyStore(queries),
        new EventStore(queries),
        new AuditStore(queries),
        new IdempotencyStore(queries),
        new InstallationStore(queries),
        new NodeStore(queries),
        new ProcessStore(queries),
        new HousekeepingStore(queries),
        new SecretRotationStore(queries),
        new WebhookStore(queries, vault),
        new UserStore(queries),
        new SessionStore(queries),
        new InvitationStore(queries),
        new SecondFactorStore(queries, vault),
        new ExternalSignInStore(queries, vault),
        new SourceArchiveStore(queries),
        new SourceAccessStore(queries, vault),
        new KnownHostStore(queries),
        new RegistryStore(queries, vault),
        new DatabaseStore(queries, vault),
        new DatabaseWorkStore(queries),
        new BackupStore(queries),
        new RestoreStore(queries),
        new BackupRequests(queries),
        new RetentionStore(queries),
        new DestinationStore(queries, vault),
        new ScheduleStore(queries),
        new AlarmStore(queries),
        new BackupKeyStore(queries, vault));
  }
}
