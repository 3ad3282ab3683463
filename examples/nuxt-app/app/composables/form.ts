import type { FormResult } from "~~/server/utils/form";

/**
 * A form of the app:
 *
 *     <form method="post" action="/api/…" @submit.prevent="submit">
 */
export function useForm() {
	// What the server has told a browser without JavaScript: it is shown once.
	const cookie = useCookie<FormResult | null>("bluebell-nuxt.told");
	const told = useState("told", () => cookie.value ?? null);
	if (import.meta.server) cookie.value = null;
	onMounted(() => {
		told.value = null;
	});

	const result = ref<FormResult>(told.value ?? {});
	const pending = ref(false);

	async function submit(event: Event) {
		const { currentTarget, submitter } = event as SubmitEvent;
		const form = currentTarget as HTMLFormElement;
		pending.value = true;
		try {
			const body = new FormData(form, submitter);
			result.value = await $fetch<FormResult>(form.action, { method: "POST", body });
		} finally {
			pending.value = false;
		}
		// Who is signed in has changed: nothing of this page is to be kept.
		const { to } = result.value;
		if (to) await navigateTo(to, { external: true });
	}

	return { result, pending, submit };
}
