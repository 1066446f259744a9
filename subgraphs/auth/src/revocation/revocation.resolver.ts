import { Arg, Directive, Int, Query, Resolver } from 'type-graphql';
import type { RevocationService } from './revocation.service.js';
import { Revocation } from './revocation.types.js';

@Resolver()
export class RevocationResolver {
  constructor(private readonly service: RevocationService) {}

  /** For gateways, which miss events while they or the broker are down. Not part of the public graph. */
  @Directive('@inaccessible')
  @Query(() => [Revocation], {
    description:
      'What was revoked lately, for the gateway. Clients cannot ask for it: it is no part of the public graph.',
  })
  recentRevocations(
    @Arg('lastSeconds', () => Int, {
      nullable: true,
      description: 'Only of so many seconds; else of all that a token may outlive.',
    })
    lastSeconds: number | null,
  ): Promise<Revocation[]> {
    return this.service.recent(lastSeconds);
  }
}
