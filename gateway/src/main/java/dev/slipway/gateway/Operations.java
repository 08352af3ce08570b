package dev.slipway.gateway;

import dev.slipway.gateway.api.Addresses;
import dev.slipway.gateway.api.CancelDeploymentHandler;
import dev.slipway.gateway.api.ChangeEnvironmentHandler;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.CreateApplicationHandler;
import dev.slipway.gateway.api.CreateDeploymentHandler;
import dev.slipway.gateway.api.CreateHousekeepingRunHandler;
import dev.slipway.gateway.api.CreateKeyHandler;
import dev.slipway.gateway.api.CreateProjectHandler;
import dev.slipway.gateway.api.DeleteApplicationHandler;
import dev.slipway.gateway.api.DeleteKeyHandler;
import dev.slipway.gateway.api.DeleteProjectHandler;
import dev.slipway.gateway.api.ExportEnvironmentHandler;
import dev.slipway.gateway.api.GetApplicationHandler;
import dev.slipway.gateway.api.GetApplicationLogsHandler;
import dev.slipway.gateway.api.GetContractHandler;
import dev.slipway.gateway.api.GetDeploymentHandler;
import dev.slipway.gateway.api.GetDeploymentLogsHandler;
import dev.slipway.gateway.api.GetDocsHandler;
import dev.slipway.gateway.api.GetEnvironmentDifferenceHandler;
import dev.slipway.gateway.api.GetEnvironmentHandler;
import dev.slipway.gateway.api.GetEventsHandler;
import dev.slipway.gateway.api.GetHealthHandler;
import dev.slipway.gateway.api.GetHousekeepingHandler;
import dev.slipway.gateway.api.GetInstallationHandler;
import dev.slipway.gateway.api.GetKeyHandler;
import dev.slipway.gateway.api.GetProjectHandler;
import dev.slipway.gateway.api.GetReleaseDifferenceHandler;
import dev.slipway.gateway.api.ImportEnvironmentHandler;
import dev.slipway.gateway.api.ListApplicationsHandler;
import dev.slipway.gateway.api.ListDeploymentsHandler;
import dev.slipway.gateway.api.ListEnvironmentVersionsHandler;
import dev.slipway.gateway.api.ListKeysHandler;
import dev.slipway.gateway.api.ListProjectsHandler;
import dev.slipway.gateway.api.ListReleasesHandler;
import dev.slipway.gateway.api.ReplaceEnvironmentHandler;
import dev.slipway.gateway.api.RestartApplicationHandler;
import dev.slipway.gateway.api.RetryDeploymentHandler;
import dev.slipway.gateway.api.RollbackDeploymentHandler;
import dev.slipway.gateway.api.ScaleApplicationHandler;
import dev.slipway.gateway.api.StartApplicationHandler;
import dev.slipway.gateway.api.StopApplicationHandler;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.api.UpdateApplicationHandler;
import dev.slipway.gateway.api.UpdateProjectHandler;
import dev.slipway.gateway.api.VariablesOf;
import dev.slipway.gateway.auth.KeyGuard;
import dev.slipway.gateway.http.Api;
import dev.slipway.gateway.http.Contract;
import dev.slipway.gateway.live.EventHub;
import dev.slipway.gateway.live.EventStream;
import dev.slipway.gateway.live.Logs;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.store.AlarmStore;

/** Every operation of the contract and the one class that answers it. */
final class Operations {
  private final Api api;

  Operations(Api api) {
    this.api = api;
  }

  void offerPlatform(
      Contract contract,
      HealthChecks checks,
      AlarmStore alarms,
      GetInstallationHandler installation) {
    api.offer("getHealth", new GetHealthHandler(checks, alarms))
        .offer("getInstallation", installation)
        .offer("getContract", new GetContractHandler(contract))
        .offer("getDocs", new GetDocsHandler(contract));
  }

  void offerHousekeeping(Stores stores, Changes changes) {
    api.offer("getHousekeeping", new GetHousekeepingHandler(stores))
        .offer("createHousekeepingRun", new CreateHousekeepingRunHandler(changes));
  }

  void offerKeys(Stores stores, Changes changes, KeyGuard guard) {
    api.offer("listKeys", new ListKeysHandler(stores))
        .offer("createKey", new CreateKeyHandler(changes))
        .offer("getKey", new GetKeyHandler(stores))
        .offer("deleteKey", new DeleteKeyHandler(changes, guard));
  }

  void offerProjects(Stores stores, Changes changes) {
    api.offer("listProjects", new ListProjectsHandler(stores))
        .offer("createProject", new CreateProjectHandler(stores, changes))
        .offer("getProject", new GetProjectHandler(stores))
        .offer("updateProject", new UpdateProjectHandler(changes))
        .offer("deleteProject", new DeleteProjectHandler(changes));
  }

  void offerApplications(Stores stores, Changes changes, Addresses addresses) {
    api.offer("listApplications", new ListApplicationsHandler(stores, addresses))
        .offer("createApplication", new CreateApplicationHandler(stores, changes, addresses))
        .offer("getApplication", new GetApplicationHandler(stores, addresses))
        .offer("updateApplication", new UpdateApplicationHandler(changes, addresses))
        .offer("deleteApplication", new DeleteApplicationHandler(changes))
        .offer("startApplication", new StartApplicationHandler(stores, changes, addresses))
        .offer("stopApplication", new StopApplicationHandler(stores, changes, addresses))
        .offer("scaleApplication", new ScaleApplicationHandler(stores, changes, addresses))
        .offer("restartApplication", new RestartApplicationHandler(stores, changes))
        .offer("listReleases", new ListReleasesHandler(stores));
  }

  void offerEnvironments(Stores stores, Changes changes) {
    offerEnvironments(stores, changes, "Environment", VariablesOf.APPLICATION);
    offerEnvironments(stores, changes, "ProjectEnvironment", VariablesOf.PROJECT);
    api.offer("getEnvironmentDifference", new GetEnvironmentDifferenceHandler(stores))
        .offer("getReleaseDifference", new GetReleaseDifferenceHandler(stores));
  }

  /** The same verbs, whoever the variables belong to. */
  private void offerEnvironments(Stores stores, Changes changes, String noun, VariablesOf owner) {
    api.offer("get" + noun, new GetEnvironmentHandler(stores, changes, owner))
        .offer("replace" + noun, new ReplaceEnvironmentHandler(changes, owner))
        .offer("change" + noun, new ChangeEnvironmentHandler(changes, owner))
        .offer("import" + noun, new ImportEnvironmentHandler(changes, owner))
        .offer("export" + noun, new ExportEnvironmentHandler(stores, changes, owner))
        .offer("list" + noun + "Versions", new ListEnvironmentVersionsHandler(stores, owner));
  }

  void offerDeployments(Stores stores, Changes changes, EventHub events, Bus bus) {
    api.offer("createDeployment", new CreateDeploymentHandler(stores, changes))
        .offer("listDeployments", new ListDeploymentsHandler(stores))
        .offer("getDeployment", new GetDeploymentHandler(stores, events))
        .offer("rollbackDeployment", new RollbackDeploymentHandler(stores, changes, bus))
        .offer("cancelDeployment", new CancelDeploymentHandler(stores, changes))
        .offer("retryDeployment", new RetryDeploymentHandler(stores, changes));
  }

  void offerLive(Stores stores, Logs logs, EventStream events) {
    api.offer("getApplicationLogs", new GetApplicationLogsHandler(stores, logs))
        .offer("getDeploymentLogs", new GetDeploymentLogsHandler(stores, logs))
        .offer("getEvents", new GetEventsHandler(events));
  }
}
