// What is loaded late is bundled whole: of this, bundlers leave out what nobody asks for.
export { isAtprotoOauthScope } from "@atproto/oauth-scopes";
