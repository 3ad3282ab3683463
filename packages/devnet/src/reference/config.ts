import type { ServerConfig } from "@atproto/bsky";
import { APP_VIEW_DID } from "../servers/app-view.ts";

/** Settings of the reference AppView for a network without labelers, search or recommendations. */
export function appViewConfig(parts: {
	port: number;
	plcUrl: string;
	apiKey: string;
	bsyncPort: number;
	planePort: number;
	/** Where pictures it has scaled are kept. */
	cacheDir: string;
}): ConstructorParameters<typeof ServerConfig>[0] {
	const url = `http://localhost:${parts.port}`;
	return {
		version: "devnet",
		port: parts.port,
		publicUrl: url,
		serverDid: APP_VIEW_DID,
		alternateAudienceDids: [],
		didPlcUrl: parts.plcUrl,
		dataplaneUrls: [`http://127.0.0.1:${parts.planePort}`],
		dataplaneHttpVersion: "1.1",
		bsyncUrl: `http://127.0.0.1:${parts.bsyncPort}`,
		bsyncApiKey: parts.apiKey,
		bsyncHttpVersion: "1.1",
		modServiceDid: "did:web:mod.invalid",
		labelsFromIssuerDids: [],
		adminPasswords: [],
		etcdHosts: [],
		blobCacheLocation: parts.cacheDir,
		disableSsrfProtection: true,
		bigThreadUris: new Set(),
		maxThreadParents: 50,
		searchTagsHide: new Set(),
		searchTagsHideAll: new Set(),
		threadTagsBumpDown: new Set(),
		threadTagsHide: new Set(),
		visibilityTagHide: "",
		visibilityTagRankPrefix: "",
		debugFieldAllowedDids: new Set(),
		draftsLimit: 500,
		feedGenSkeletonTimeout: 5000,
	};
}
