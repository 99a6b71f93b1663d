// bonin/nest: the routes, a guard and the verifier for Nest 10 and later, on Express and on Fastify. TypeScript 5.3 and later.
import type {
  ArgumentsHost,
  CanActivate,
  ControllerOptions,
  DynamicModule,
  ExceptionFilter,
  ExecutionContext,
  HttpException,
  InjectionToken,
  ModuleMetadata,
  OptionalFactoryDependency,
  Type,
} from '@nestjs/common' with { 'resolution-mode': 'import' };
import type { AllowedDecision, BoninError, DeniedDecision, Expect, FlowOptions, OwnId, Verifier } from './index.cjs';
import type { OtpOptions, Refusal, SubjectCookie } from './express.cjs';

export type { OtpOptions, Refusal, RefusalCode, SubjectCookie } from './express.cjs';

/** The request and the response of the platform: Express's or Fastify's. Name the type where you write the function. */
type PlatformRequest = any;
type PlatformResponse = any;

/** What these functions throw, or reject with, is answered by Nest's exception filters. */
interface CommonOptions {
  /** Answers whatever is not allowed: returns what is sent, or sends by itself. Neither: JSON, or a page for a redirected browser. */
  onDenied?(request: PlatformRequest, response: PlatformResponse, refusal: Refusal): unknown;
  /** Told of what becomes a 500 or a 503. Without it: one line in Nest's log, of the context `Bonin`. */
  onError?(error: BoninError): unknown;
  /** Who asks, such as the session's id. Without it: a random id in a cookie. */
  subject?(request: PlatformRequest): OwnId | Promise<OwnId>;
  /** Of that cookie. */
  cookie?: SubjectCookie;
  /** Where the button of a refused redirect's page leads: a path, or a whole address. Without it: no button. */
  retryUrl?: string | ((request: PlatformRequest) => string | undefined | Promise<string | undefined>);
  /** What the verification must carry; `{}` expects nothing. */
  expect?(request: PlatformRequest): Expect | Promise<Expect>;
  /** False accepts ids that were not begun here for this subject. Without it: true. */
  begun?: boolean;
  /** How long in ms a result that PortOne does not have yet is asked for again. Without it: 3,000 with `begun`. */
  settleMs?: number;
}

/** Each option of `begin` as it is, or a function of the request; undefined from the function is as not given. */
type OfRequest<T> = { [Name in keyof T]?: T[Name] | ((request: PlatformRequest) => T[Name] | undefined | Promise<T[Name] | undefined>) };

/** The options of `identityRouter`. */
export interface BoninOptions extends CommonOptions, OfRequest<Omit<FlowOptions, 'guardianOf'>> {
  /** Its PortOne decides the API: V2 `identity-verifications`, V1 `certifications`. */
  verifier: Verifier;
  /** Answers whoever is allowed: returns what is sent as JSON, or sends by itself. Neither: 200 `{"allowed": true}`. */
  onAllowed?(request: PlatformRequest, response: PlatformResponse, decision: AllowedDecision): unknown;
  /**
   * Answers whoever has signed up with this very verification already, as one who reloads the address of a redirect; the
   * decision denies. As `onAllowed`; neither: 200 `{"allowed": true, "again": true}`, or a page.
   */
  onAgain?(request: PlatformRequest, response: PlatformResponse, decision: DeniedDecision): unknown;
  /** True adds `send`, `resend` (V2) and `confirm`. An object, or a function that answers one: what `sendOtp` takes besides. */
  otp?: boolean | OtpOptions | ((request: PlatformRequest) => OtpOptions | Promise<OtpOptions>);
  /** Origins of pages of other sites that may begin a flow here, such as `https://shop.example`. Without it: none. */
  allowedOrigins?: readonly string[];
}

/** Where a module stands. */
export interface BoninPlace {
  /** Needed where there are several modules: `@RequireIdentity('sign-up')`, `@InjectVerifier('sign-up')`. */
  name?: string;
  /** Its guard and its verifier for every module of the application. Without it: false. */
  isGlobal?: boolean;
  /** False leaves the controller out. Without it: true. */
  routes?: boolean;
  /** Of the controller: `sign-up` serves `/sign-up/identity-verifications`. Nest's global prefix comes before it. */
  path?: string;
  /** Of the controller, where the application has versions. */
  version?: ControllerOptions['version'];
  /** Of the controller, such as the one that lets a route past a guard of the whole application. */
  decorators?: readonly ClassDecorator[];
  /** False leaves errors of bonin in the application's own routes to the application. Without it: true. */
  filter?: boolean;
}

/** Makes the options: of `useClass` and `useExisting`. */
export interface BoninOptionsFactory {
  createBoninOptions(): BoninOptions | Promise<BoninOptions>;
}

/** One of `useFactory`, `useClass` and `useExisting`. */
export interface BoninAsyncOptions extends BoninPlace, Pick<ModuleMetadata, 'imports'> {
  /** The API of the verifier that will be made: its routes are known before it. Without it: `v2`. */
  api?: 'v1' | 'v2';
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  useFactory?: (...injected: any[]) => BoninOptions | Promise<BoninOptions>;
  useClass?: Type<BoninOptionsFactory>;
  useExisting?: InjectionToken<BoninOptionsFactory>;
}

/**
 * Serves `identity-verifications` (V2) or `certifications` (V1), with `begin` and `redirect`, and gives `@RequireIdentity()` and
 * `@InjectVerifier()` what they need.
 */
export class BoninModule {
  /** Throws `InvalidArgument` for an option that cannot be meant. */
  static forRoot(options: BoninOptions & BoninPlace): DynamicModule;
  /** A mistake in what is made is found when the application starts. */
  static forRootAsync(options: BoninAsyncOptions): DynamicModule;
}

/** A module's name, and what differs from the module's options. */
export interface RequireIdentityOptions extends CommonOptions {
  name?: string;
}

/**
 * Only a verified person may call this route. The id comes from the query of a GET and from the body of everything else. Refuses
 * with `IdentityRefused`. `given`: the name of a BoninModule, or options.
 */
export function RequireIdentity(given?: string | RequireIdentityOptions): ClassDecorator & MethodDecorator;

/** The guard of `@RequireIdentity()`, for `@UseGuards`. */
export class IdentityGuard implements CanActivate {
  private constructor();
  canActivate(context: ExecutionContext): Promise<boolean>;
}

/** The `AllowedDecision` of a route with `@RequireIdentity()`. */
export function Identity(): ParameterDecorator;

/** The token of the verifier of the BoninModule without a name. */
export const BoninVerifier: 'BoninVerifier';

/** The token of a verifier, such as for `overrideProvider` in a test. */
export function getVerifierToken(name?: string): string;

/** The verifier of a BoninModule, in a constructor. */
export function InjectVerifier(name?: string): ParameterDecorator & PropertyDecorator;

/** A refusal as an exception: throw it for a refusal of `refusalOf` (bonin/web). Its response may be shown. */
export class IdentityRefused extends HttpException {
  /** @param retryUrl where the button of a page leads */
  constructor(refusal: Refusal, retryUrl?: string);
  get refusal(): Refusal;
  get retryUrl(): string | undefined;
}

/**
 * Answers `BoninError` and `IdentityRefused` in words that may be shown. BoninModule registers it for the whole application,
 * unless `filter` is false.
 */
export class BoninExceptionFilter implements ExceptionFilter {
  /** @param onError told of what becomes a 500 or a 503. Without it: Nest's log. */
  constructor(onError?: (error: BoninError) => unknown);
  catch(exception: BoninError | IdentityRefused, host: ArgumentsHost): Promise<void>;
}
