import { APP_VIEW_DID, type AppViewConfig, type RunningAppView } from "../servers/app-view.ts";
import type { Pds } from "../servers/pds.ts";
import { HttpService } from "../servers/service.ts";
import { standIn } from "./server.ts";

/** Starts the stand-in. */
export async function startStandIn(config: AppViewConfig): Promise<RunningAppView> {
	const appView = new StandIn(config);
	await appView.start();
	return appView;
}

class StandIn extends HttpService implements RunningAppView {
	readonly did = APP_VIEW_DID;
	readonly kind = "stand-in";

	constructor({ place, plcUrl, pdses }: AppViewConfig) {
		const url = `http://localhost:${place.port}`;
		super("The AppView", place, standIn({ did: APP_VIEW_DID, url, plcUrl, pdses }));
	}

	// It reads the servers at every request: there is nothing to wait for, and nobody to watch.
	async settled(): Promise<void> {}
	watch(_pds: Pds): void {}

	close(): Promise<void> {
		return this.stop();
	}
}
