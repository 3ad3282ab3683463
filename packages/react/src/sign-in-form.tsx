import { Button, type SlotProps } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { Accounts, Suggestions } from "./people.tsx";
import { PersonParts } from "./person.tsx";
import type { SignInApi } from "./use-bsky-sign-in.ts";

interface FormProps extends SlotProps {
	api: SignInApi;
}

/** The whole form: the field, the ways to send it, the accounts used before. */
export const SignInForm = ({ api, asChild, children }: FormProps) => (
	<form {...api.getFormProps()}>
		<HiddenInputs api={api} />
		{/** biome-ignore lint/a11y/noLabelWithoutControl: the props name it */}
		<label {...api.getLabelProps()}>{api.labelText}</label>
		<div {...api.getFieldProps()}>
			<input {...api.getInputProps()} />
			{api.hasList && <Suggestions api={api} />}
		</div>
		<p {...api.getErrorProps()}>{api.error}</p>
		<div {...api.getPersonProps()}>
			{api.person && <PersonParts api={api} person={api.person} />}
		</div>
		<Button {...api.getSubmitProps()} asChild={asChild}>
			{children ?? api.submitText}
		</Button>
		<div {...api.getDividerProps()}>{api.labels.or}</div>
		<button {...api.getContinueProps()}>
			<Icon api={api} />
			{api.labels.continueWithBluesky}
		</button>
		<button {...api.getModeProps()}>{api.modeText}</button>
		{api.accounts.length > 0 && <Accounts api={api} />}
	</form>
);

/** "Continue with Bluesky" alone. */
export const ContinueForm = ({ api, asChild, children }: FormProps) => (
	<form {...api.getFormProps()}>
		<HiddenInputs api={api} />
		<Button {...api.getContinueProps()} asChild={asChild}>
			{children ?? (
				<>
					<Icon api={api} />
					{api.labels.continueWithBluesky}
				</>
			)}
		</Button>
		<p {...api.getErrorProps()}>{api.error}</p>
	</form>
);

/** Where to go afterwards. */
export const HiddenInputs = ({ api }: { api: SignInApi }) =>
	api.getHiddenInputs().map((props) => <input key={props.name} {...props} />);
