package dev.slipway.builder.run;

import dev.slipway.platform.saga.StepContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sees that the image is where it will be run: in the registry, or on this very engine when there
 * is none. Another builder may have made it and died: then it is taken from the registry, or made
 * again.
 */
final class PushStep {
  private final BuildParts parts;
  private final Runs runs;
  private final ImageStep image;
  private final RegistryCalls registries;

  PushStep(BuildParts parts, Runs runs, ImageStep image, RegistryCalls registries) {
    this.parts = parts;
    this.runs = runs;
    this.image = image;
    this.registries = registries;
  }

  Made push(StepContext ctx) throws IOException, InterruptedException {
    var made = ctx.output(BuildSaga.BUILD, Made.class);
    var run = runs.of(ctx);
    if (parts.config().registry() == null) {
      return image.stillThere(run, made) ? made : again(ctx, run, made);
    }
    if (made.pinned()) {
      return made;
    }
    var kept = kept(made);
    if (kept != null) {
      run.log().say(BuildSaga.PUSH, "The registry has it already: " + kept + ".");
      return made.at(kept);
    }
    return pushed(run, image.isHere(made) ? made : again(ctx, run, made));
  }

  /**
   * What the hand-over hands over: without a registry it must be on the engine of this very host.
   */
  Made present(StepContext ctx) throws IOException, InterruptedException {
    var made = ctx.output(BuildSaga.PUSH, Made.class);
    var run = runs.of(ctx);
    return parts.config().registry() != null || image.stillThere(run, made)
        ? made
        : again(ctx, run, made);
  }

  /** The pinned name, when the registry has this very image. */
  private @Nullable String kept(Made made) {
    var digest = registries.digest(made.reference()).orElse(null);
    if (digest == null) {
      return null;
    }
    var pinned = made.pinnedTo(digest);
    // one of the same name with other contents is replaced; when ours is not here, theirs is ours
    return parts
            .engine()
            .image(made.reference())
            .map(here -> here.digests().contains(pinned))
            .orElse(true)
        ? pinned
        : null;
  }

  private Made again(StepContext ctx, Runs.Run run, Made lost)
      throws IOException, InterruptedException {
    run.log()
        .say(
            BuildSaga.PUSH,
            "The image "
                + lost.reference()
                + " is not on this engine: another builder made it. It is made here.");
    return image.build(ctx);
  }

  private Made pushed(Runs.Run run, Made made) {
    if (made.pinned()) {
      return made;
    }
    long began = System.nanoTime();
    run.log().say(BuildSaga.PUSH, "Pushing " + made.reference() + ".");
    var pinned = made.pinnedTo(registries.push(made.reference(), run.log()));
    run.log().say(BuildSaga.PUSH, "Pushed as " + pinned + " in " + SourceStep.since(began) + ".");
    return made.at(pinned);
  }
}
