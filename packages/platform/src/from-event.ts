import type { EventDefinition } from '@lyceum/events/define';
import { Directive, Subscription, type ClassType } from 'type-graphql';

/** Thrown by a subscription's resolver when this subscriber is not to hear of this event. */
export class SkipEvent extends Error {}

/** Delivers nothing for this event to this subscriber. */
export function skipEvent(): never {
  throw new SkipEvent();
}

/**
 * Declares a subscription field and the events that feed it. The resolver gets the event as
 * `@Root()`, and runs once per event as the viewer.
 *
 * @param match which subscribers an event concerns, as `<path in the event> = <args.x | viewer.x>`;
 * that both belong to the same organization is always implied
 */
export function FromEvent(
  returns: () => ClassType,
  options: {
    events: readonly Pick<EventDefinition, 'type'>[];
    match: readonly string[];
    /**
     * Events that take away the subscriber's right to hear more, matched as the others are: the
     * subscription ends with PERMISSION_DENIED and a reason made of the event's type.
     */
    endedBy?: readonly Pick<EventDefinition, 'type'>[];
    description: string;
  },
): MethodDecorator {
  const list = (values: readonly string[]) =>
    `[${values.map((v) => JSON.stringify(v)).join(', ')}]`;
  const typesOf = (events: readonly Pick<EventDefinition, 'type'>[]) =>
    list(events.map((event) => event.type));
  const { events, match, endedBy = [] } = options;
  const ending = endedBy.length > 0 ? `, endedBy: ${typesOf(endedBy)}` : '';
  return (target, key, descriptor) => {
    Subscription(returns, {
      description: options.description,
      // The gateway subscribes; a subgraph only resolves the field for one event at a time.
      subscribe: () => {
        throw new Error('Subscriptions are made at the gateway.');
      },
    })(target, key as string, descriptor);
    Directive(`@fromEvent(types: ${typesOf(events)}, match: ${list(match)}${ending})`)(
      target,
      key as string,
      descriptor,
    );
  };
}
