import { setTimeout as sleep } from "node:timers/promises";
import type { Network } from "@better-auth-bsky/devnet";
import { CLOSED_PORT, type FaultServer, type MisbehaviourName } from "./faults-server.ts";

/** One way for a request to fail. */
export interface Fault {
	/** Finishes "request 3 (PLC) …". */
	name: string;
	/** Whether the real server gets the request, and acts on it, before its answer is lost. */
	acted: boolean;
	/** `refused` needs no server; `late` is a real one behind a jam. */
	does: MisbehaviourName | "refused" | "late";
	/** Whether only the time limit ends it. */
	slow?: boolean;
}

const before = (does: Fault["does"], name: string): Fault => ({ name, does, acted: false });
const after = (does: Fault["does"], name: string): Fault => ({ name, does, acted: true });

export const REFUSED = before("refused", "is refused a connection");
export const LOST = after("dropped", "is acted on, and the answer lost");
export const FAULTS: readonly Fault[] = [
	REFUSED,
	LOST,
	before("dropped", "is dropped"),
	before("500", "is answered with 500"),
	before("429", "is answered with 429"),
	before("html", "is answered with HTML"),
	before("empty", "is answered with {}"),
	before("garbage", "is answered with garbage"),
	before("garbled JSON", "is answered with broken JSON"),
	before("endless", "is answered without end"),
	before("huge", "is answered with 300 MB"),
	before("redirect", "is redirected"),
	after("half", "is acted on, and half of the answer lost"),
	{ ...before("drip", "is answered byte by byte"), slow: true },
	{ ...before("hang", "is not answered"), slow: true },
	{ ...after("hang", "is acted on, and not answered"), slow: true },
	{ ...before("late", "is acted on when nobody waits any more"), slow: true },
];

/** One request of a flow, recognised by where it goes and how often that was asked before. */
export interface Step {
	label: string;
	/** The how manieth with this label, from 1. */
	nth: number;
}

/** Everything in a request or an answer that nobody else may read. */
const SECRET_FIELDS = [
	"code",
	"code_verifier",
	"refresh_token",
	"access_token",
	"token",
	"client_assertion",
];

/** How long after the plugin gave up, in milliseconds: it has cleaned up by then. */
const LATE = 1500;

let marks = 0;

/** The plugin's `fetch`: counts the requests, and lets one of them meet a fault. */
export class Wire {
	readonly #network: Network;
	readonly #faults: FaultServer;
	/** The canary's name for what this wire's requests left behind. */
	readonly #mark = `mark-${++marks}`;
	readonly #counts = new Map<string, number>();
	#armed: { step: Step; fault: Fault; lasting: boolean } | null = null;
	readonly steps: Step[] = [];
	/** Tokens, codes and proofs that went over this wire. */
	readonly secrets = new Set<string>();
	/** Every refresh token that a server has given out, whether it arrived or not; the first first. */
	readonly given: unknown[] = [];
	readonly #late: Promise<unknown>[] = [];
	/** How many requests met the fault. */
	hits = 0;

	constructor(network: Network, faults: FaultServer) {
		this.#network = network;
		this.#faults = faults;
	}

	/** Lets a step of what follows fail; with `lasting`, everything after it too, until healed. */
	arm(step: Step, fault: Fault, lasting = false): void {
		this.#counts.clear();
		this.#armed = { step, fault, lasting };
	}

	/** Ends the fault; what was held up on its way arrives. */
	async heal(): Promise<void> {
		this.#armed = null;
		await Promise.all(this.#late);
	}

	get strayed() {
		return this.#faults.strayed(this.#mark);
	}

	readonly fetch: typeof globalThis.fetch = async (input, init) => {
		const request = new Request(input, init);
		const body = request.body && new Uint8Array(await request.arrayBuffer());
		this.#remember(request.headers, body);
		const fault = this.#count(request);
		if (!fault) return this.#forward(request.url, request, body, init);
		this.hits++;
		let mark = this.#mark;
		if (fault.acted) {
			const answer = await this.#forward(request.url, request, body, init);
			mark = Buffer.from(await answer.arrayBuffer()).toString("base64url");
		}
		const { does } = fault;
		if (does === "refused") return this.#forward(CLOSED_PORT, request, body, init);
		if (does === "late") {
			const jam = this.#forward(`${this.#faults.url}/hang`, request, body, init);
			const act = () => this.#forward(request.url, request, body);
			this.#late.push(jam.catch(() => sleep(LATE)).then(act));
			return jam;
		}
		const path = does === "hang" ? does : `${does}/${mark}`;
		return this.#forward(`${this.#faults.url}/${path}`, request, body, init);
	};

	/** The fault that this request is to meet, if any. */
	#count(request: Request): Fault | null {
		const label = this.#label(request);
		const nth = (this.#counts.get(label) ?? 0) + 1;
		this.#counts.set(label, nth);
		this.steps.push({ label, nth });
		const armed = this.#armed;
		if (!armed) return null;
		if (armed.lasting && this.hits > 0) return armed.fault;
		return armed.step.label === label && armed.step.nth === nth ? armed.fault : null;
	}

	#label({ url, method }: Request): string {
		const { origin, pathname } = new URL(url);
		if (origin === new URL(this.#network.plcUrl).origin) return "PLC";
		if (origin === new URL(this.#network.handleResolverUrl).origin) return "handle resolver";
		return `${method} ${pathname}`;
	}

	async #forward(
		url: string,
		request: Request,
		body: Uint8Array<ArrayBuffer> | null,
		init?: RequestInit,
	): Promise<Response> {
		const { method, headers, redirect } = request;
		// `init` brings the plugin's own signal along.
		const response = await globalThis.fetch(url, { ...init, method, headers, redirect, body });
		if (url.endsWith("/oauth/token") && response.ok) {
			const fields = (await response.clone().json()) as Record<string, unknown>;
			this.#keep(fields);
			this.given.push(fields.refresh_token);
		}
		return response;
	}

	#remember(headers: Headers, body: Uint8Array | null): void {
		for (const name of ["authorization", "dpop"]) {
			const value = headers.get(name)?.replace(/^\w+ /, "");
			if (value) this.secrets.add(value);
		}
		if (body) {
			this.#keep(Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body))));
		}
	}

	#keep(fields: Record<string, unknown>): void {
		for (const name of SECRET_FIELDS) {
			const value = fields[name];
			if (typeof value === "string") this.secrets.add(value);
		}
	}
}
