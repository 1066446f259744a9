import { Directive } from 'type-graphql';

/**
 * Gives a root field a budget of tries per place on the network, which the gateway keeps to before it
 * asks the service: a second alias, a batch or a socket is another try, not another budget.
 *
 * @param budget its name; fields of the same name share it, and must say the same of it
 * @param tries how many there may be within `seconds`
 */
export function RateLimited(options: {
  budget: string;
  tries: number;
  seconds: number;
}): MethodDecorator {
  const { budget, tries, seconds } = options;
  return Directive(
    `@rateLimited(budget: ${JSON.stringify(budget)}, tries: ${tries}, seconds: ${seconds})`,
  );
}
