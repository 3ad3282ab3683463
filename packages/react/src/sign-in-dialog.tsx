import { Button, type SlotProps } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { HiddenInputs, SignInForm } from "./sign-in-form.tsx";
import type { SignInApi } from "./use-bsky-sign-in.ts";

/** A button, and the form in a dialog that it opens. */
export const SignInDialog = ({ api, asChild, children }: SlotProps & { api: SignInApi }) => (
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
