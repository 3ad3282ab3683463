create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" integer not null, "image" text, "createdAt" date not null, "updatedAt" date not null, "bskyDid" text unique, "bskyHandle" text, "bskyDisplayName" text, "bskyAvatar" text, "bskyBio" text, "bskyBanner" text);

create table "session" ("id" text not null primary key, "expiresAt" date not null, "token" text not null unique, "createdAt" date not null, "updatedAt" date not null, "ipAddress" text, "userAgent" text, "userId" text not null references "user" ("id") on delete cascade, "bskyDid" text);

create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" date, "refreshTokenExpiresAt" date, "scope" text, "password" text, "createdAt" date not null, "updatedAt" date not null);

create table "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" date not null, "createdAt" date not null, "updatedAt" date not null);

create table "bskyState" ("id" text not null primary key, "key" text not null unique, "state" text not null, "expiresAt" date not null);

create table "bskyAccount" ("id" text not null primary key, "did" text not null unique, "userId" text references "user" ("id") on delete cascade, "version" integer not null, "handle" text, "displayName" text, "avatar" text, "scope" text);

create table "bskySession" ("id" text not null primary key, "did" text not null unique, "session" text not null, "userId" text not null references "user" ("id") on delete cascade, "updatedAt" date not null, "lockVersion" integer not null, "lockedUntil" bigint not null);

create table "bskyRevocation" ("id" text not null primary key, "key" text not null unique, "token" text not null, "server" text, "kind" text, "attempts" integer not null, "nextAttemptAt" date not null, "createdAt" date);

create index "user_bskyHandle_idx" on "user" ("bskyHandle");

create index "session_userId_idx" on "session" ("userId");

create index "account_userId_idx" on "account" ("userId");

create index "verification_identifier_idx" on "verification" ("identifier");

create index "bskyState_expiresAt_idx" on "bskyState" ("expiresAt");

create index "bskyAccount_userId_idx" on "bskyAccount" ("userId");

create index "bskySession_userId_idx" on "bskySession" ("userId");

create index "bskyRevocation_server_idx" on "bskyRevocation" ("server");

create index "bskyRevocation_nextAttemptAt_idx" on "bskyRevocation" ("nextAttemptAt");

create index "bskyRevocation_createdAt_idx" on "bskyRevocation" ("createdAt");
