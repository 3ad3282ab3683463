"use client";

import { bskyErrorCode } from "@better-auth-bsky/client/agent";
import { type SignedInAgent, useBskyAgent } from "@better-auth-bsky/react";
import { useRouter } from "next/navigation";
import { type SubmitEvent, useActionState, useOptimistic, useState, useTransition } from "react";
import { type Result, writeStatus } from "@/app/actions";
import { collections, isEmoji, landingWith, messages } from "@/lib/product";
import { createRecord, sentenceOf } from "@/lib/repo";
import type { Status } from "@/lib/statuses";

/**
 * Sets a status: by itself where the page's script runs and somebody is connected, else the server does
 * it for the form.
 *
 * @param typed what was typed before a sign-in
 */
export function useSetStatus(typed: string) {
	const agent = useBskyAgent();
	const router = useRouter();
	const [told, write, isWriting] = useActionState(writeStatus, { typed });
	const [own, setOwn] = useState<Result | null>(null);
	// It is shown while it is being saved, and gone again should the server refuse it.
	const [saving, show] = useOptimistic<Status | null>(null);
	const [isSaving, start] = useTransition();

	async function set(by: SignedInAgent, form: HTMLFormElement, emoji: string) {
		show({ uri: "saving", emoji, createdAt: new Date().toISOString() });
		const result = await save(by, emoji);
		// Somebody who is signed out of the app, too, begins there, and nothing is lost.
		if (result === "signed-out") return location.assign(landingWith(emoji));
		if (!result.error) form.reset();
		setOwn(result);
		// The server has news for the feed. Where the connection has ended, it asks to sign in again.
		start(() => router.refresh());
	}

	function submit(event: SubmitEvent<HTMLFormElement>) {
		if (!agent) return setOwn(null);
		event.preventDefault();
		const form = event.currentTarget;
		const emoji = String(new FormData(form, event.nativeEvent.submitter).get("emoji")).trim();
		if (!isEmoji(emoji)) return setOwn({ error: messages.notAnEmoji, typed: emoji });
		start(() => set(agent, form, emoji));
	}

	const result = own ?? told;
	return {
		result,
		saving,
		pending: isWriting || isSaving,
		formProps: { action: write, onSubmit: submit },
	};
}

async function save(agent: SignedInAgent, emoji: string): Promise<Result | "signed-out"> {
	try {
		await createRecord(agent, collections.status, { status: emoji });
		return { done: emoji };
	} catch (error) {
		if (bskyErrorCode(error) === "UNAUTHORIZED") return "signed-out";
		return { error: sentenceOf(error, messages.notSaved), typed: emoji };
	}
}
