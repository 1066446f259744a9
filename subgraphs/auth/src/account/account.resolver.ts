import type { RequestContext } from '@lyceum/platform/context';
import { OpenWithoutRole } from '@lyceum/platform/membership';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { RateLimited } from '@lyceum/platform/rate-limited';
import { Arg, Ctx, Directive, Mutation, Resolver } from 'type-graphql';
import type { SessionService, Tokens } from '../session/session.service.js';
import type { AccountService } from './account.service.js';
import { AuthSession, LoginInput, LoginResult, RegisterInput } from './account.types.js';

@Resolver()
export class AccountResolver {
  constructor(
    private readonly accounts: AccountService,
    private readonly sessions: SessionService,
  ) {}

  // A password is hashed, which takes a processor some fifty milliseconds.
  @Directive('@cost(weight: 50)')
  @RateLimited({ budget: 'register', tries: 200, seconds: 60 })
  @OpenWithoutRole()
  @Mutation(() => LoginResult, {
    description:
      'Makes an account and signs in. Errors: BAD_USER_INPUT (password: TOO_SHORT, TOO_LONG, TOO_GUESSABLE), NOT_FOUND (no such organization), CONFLICT (EMAIL_TAKEN, SLUG_TAKEN, REGISTRATION_CLOSED), PERMISSION_DENIED (founding organizations is closed), RATE_LIMITED.',
  })
  async register(
    @Arg('input', () => RegisterInput, { description: 'Who, and into which organization.' })
    input: RegisterInput,
    @Ctx() context: RequestContext,
  ): Promise<AuthSession> {
    return become(context, await this.accounts.register(input, context.network));
  }

  @Directive('@cost(weight: 50)')
  @RateLimited({ budget: 'sign-in', tries: 200, seconds: 60 })
  @OpenWithoutRole()
  @Mutation(() => LoginResult, {
    description:
      'Signs in. Errors: INVALID_CREDENTIALS (it is not said whether address or password is wrong), RATE_LIMITED.',
  })
  async login(
    @Arg('input', () => LoginInput, { description: 'Address and password.' }) input: LoginInput,
    @Ctx() context: RequestContext,
  ): Promise<AuthSession> {
    return become(context, await this.accounts.login(input, context.network));
  }

  @RateLimited({ budget: 'refresh-session', tries: 1200, seconds: 60 })
  @OpenWithoutRole()
  @Mutation(() => AuthSession, {
    description:
      'Exchanges a refresh token for new tokens, with the roles as they are now. Takes no access token. Error: INVALID_REFRESH_TOKEN.',
  })
  async refreshSession(
    @Arg('refreshToken', () => String, { description: 'The last one you were given.' })
    refreshToken: string,
    @Ctx() context: RequestContext,
  ): Promise<AuthSession> {
    return become(context, await this.sessions.refresh(refreshToken));
  }

  @OpenWithoutRole()
  @Mutation(() => Boolean, {
    description: 'Ends this session: its tokens are refused from now on. Always true.',
  })
  async logout(@Ctx() context: RequestContext): Promise<boolean> {
    await this.sessions.end(requireSignedIn(context.viewer));
    return true;
  }
}

/** The rest of the operation runs as the person who has just signed in. */
function become(context: RequestContext, { person, ...tokens }: Tokens): AuthSession {
  context.become(person);
  return { ...tokens, user: { id: person.userId } };
}
