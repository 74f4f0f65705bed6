// Every page works without this; it only makes small things quicker.
import "./times.js";
import "./copy.js";
import "./drafts.js";
import "./forms.js";
import "./following.js";
import "./dialogs.js";
import "./keys.js";
import "./go.js";
import "./live.js";
