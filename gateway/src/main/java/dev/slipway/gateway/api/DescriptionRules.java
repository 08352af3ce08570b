package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.problem.FieldError;
import dev.slipway.contracts.problem.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a description must keep as a whole, beyond what the contract says of each field.
 */
final class DescriptionRules {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
  private static final Pattern BAD_IN_BRANCH =
      Pattern.compile("[\\x00-\\x20\\x7f~^:?*\\[\\\\]|\\.\\.|@\\{|//|/\\.|^[-/.]|[/.]$|\\.lock$");
  private static final Set<String> SYSTEM_FOLDERS =
      Set.of("/", "/proc", "/sys", "/dev", "/etc", "/bin", "/usr", "/lib");

  private final Addresses addresses;
  private final List<FieldError> errors = new ArrayList<>();

  private DescriptionRules(Addresses addresses) {
    this.addresses = addresses;
  }

  /** Refuses a description that cannot work; nothing was said about where its source is. */
  static ApplicationConfig requireSound(ApplicationConfig config, Addresses addresses) {
    return requireSound(config, addresses, config.repository() == null);
  }

  /**
   * Refuses a description that cannot work, with every mistake named.
   *
   * @param withoutRepository whether somebody said that there is none: the source will be sent
   */
  static ApplicationConfig requireSound(
      ApplicationConfig config, Addresses addresses, boolean withoutRepository) {
    DescriptionRules rules = new DescriptionRules(addresses);
    if (config.repository() == null
        && config.build().type() != BuildType.IMAGE
        && !withoutRepository) {
      rules.wrong(
          "repository",
          "is missing: the build type "
              + config.build().type().wire()
              + " builds from one; null says that the source will be sent");
    }
    rules.checkSource(config);
    rules.checkFolders(config);
    rules.checkDomains(config.domains());
    rules.checkVolumes(config);
    if (!rules.errors.isEmpty()) {
      throw Problem.invalid(rules.errors);
    }
    return config;
  }

  private void checkSource(ApplicationConfig config) {
    BuildConfig build = config.build();
    if (build.type() == BuildType.IMAGE) {
      if (build.image() == null) {
        wrong("build.image", "is missing: the build type image runs an existing image");
      }
    } else {
      if (build.image() != null) {
        wrong("build.image", "goes with the build type image only, not " + build.type().wire());
      }
    }
    if (config.repository() != null) {
      String mistake = Repository.mistake(config.repository());
      if (mistake != null) {
        wrong("repository", mistake);
      }
    }
    if (!config.branch().isEmpty() && BAD_IN_BRANCH.matcher(config.branch()).find()) {
      wrong("branch", "must be the name of a Git branch such as main or feature/x");
    }
  }

  private void checkFolders(ApplicationConfig config) {
    checkFolder("rootDirectory", config.rootDirectory());
    checkFolder("build.dockerfile", config.build().dockerfile());
    checkFolder("build.outputDirectory", config.build().outputDirectory());
  }

  private void checkFolder(String field, @Nullable String path) {
    if (path != null && List.of(path.split("/")).contains("..")) {
      wrong(field, "must stay inside the repository: no .. in it");
    }
  }

  private void checkDomains(List<String> domains) {
    for (int i = 0; i < domains.size(); i++) {
      String mistake = mistakeInHost(domains.get(i));
      if (mistake != null) {
        wrong("domains[" + i + "]", mistake);
      }
    }
  }

  private @Nullable String mistakeInHost(String host) {
    if (host.contains("://") || host.contains("/")) {
      return "must be a host name alone such as www.example.org: no http:// and no path";
    }
    if (host.contains(":")) {
      return "must be a host name alone such as www.example.org: no port";
    }
    if (host.startsWith("*")) {
      return "must be one host name: names with * are not supported";
    }
    String[] labels = host.split("\\.", -1);
    boolean valid = host.length() <= 253 && labels.length > 1;
    for (String label : labels) {
      valid &= LABEL.matcher(label).matches();
    }
    if (!valid || NUMBERS.matcher(host).matches()) {
      return "must be a host name such as www.example.org (in xn-- form when it has other letters)";
    }
    if (addresses.reserves(host)) {
      return "is given out by Slipway itself: every application answers <name>."
          + addresses.suffix()
          + " already";
    }
    return null;
  }

  private void checkVolumes(ApplicationConfig config) {
    Set<String> names = new HashSet<>();
    Set<String> paths = new HashSet<>();
    List<Volume> volumes = config.volumes();
    for (int i = 0; i < volumes.size(); i++) {
      String field = "volumes[" + i + "]";
      String path = volumes.get(i).path().replaceAll("/+", "/").replaceAll("(?<=.)/$", "");
      if (!names.add(volumes.get(i).name())) {
        wrong(field + ".name", "is used twice; names are unique in an application");
      }
      if (!paths.add(path)) {
        wrong(field + ".path", "is used twice; each volume has a place of its own");
      }
      if (SYSTEM_FOLDERS.contains(path) || List.of(path.split("/")).contains("..")) {
        wrong(field + ".path", "must be a folder for data such as /data, without ..");
      }
    }
    if (!volumes.isEmpty() && config.replicas() > 1) {
      wrong("replicas", "must be 0 or 1 with volumes: two writers would spoil the data");
    }
  }

  private void wrong(String field, String message) {
    errors.add(new FieldError(field, message));
  }
}
