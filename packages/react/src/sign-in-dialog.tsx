import { Icon } from "./person.tsx";
import { HiddenInputs, SignInForm } from "./sign-in-form.tsx";
import { Button, type SlotProps } from "./slot.tsx";
import type { UseBskySignIn } from "./use-bsky-sign-in.ts";

/** A button, and the form in a dialog that it opens. */
export const SignInDialog = ({ api, asChild, children }: SlotProps & { api: UseBskySignIn }) => (
	<>
		<form {...api.getOpenFormProps()}>
			<HiddenInputs api={api} />
			<Button {...api.getOpenProps()} asChild={asChild}>
				{children ?? (
					<>
						<Icon api={api} />
						{api.labels.signIn}
					</>
				)}
			</Button>
			<p {...api.getOpenErrorProps()}>{api.error}</p>
		</form>
		<dialog {...api.getDialogProps()}>
			<button {...api.getCloseProps()}>×</button>
			<SignInForm api={api} />
		</dialog>
	</>
);
