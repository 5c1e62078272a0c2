using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>Makes requests. The key goes from its bytes into theirs; it is a string only where a call has to go by GET.</summary>
internal static class JarviceRequests
{
    /// <summary>A call with fields: by POST as a form, or by GET where the server wants that.</summary>
    public static HttpRequestMessage Fields(
        string path, bool isGet, ApiCredentials credentials, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var form = new SecretWriter(0);
        Field(form, "username", Encoding.UTF8.GetBytes(credentials.Username));
        Field(form, "apikey", credentials.Key.Span);
        foreach (var (name, value) in fields)
        {
            Field(form, name, Encoding.UTF8.GetBytes(value));
        }

        if (!isGet)
        {
            return new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new SecretContent(form, "application/x-www-form-urlencoded"),
            };
        }

        using (form)
        {
            return new HttpRequestMessage(HttpMethod.Get, $"{path}?{Encoding.ASCII.GetString(form.Written)}");
        }
    }

    /// <summary>The start of a job.</summary>
    public static HttpRequestMessage Submit(ProviderJob job, JarviceOptions options, ApiCredentials credentials)
    {
        var body = new SecretWriter(2 * job.Script.Length);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            if (options.Shape == SubmitShape.Batch)
            {
                Batch(json, job);
            }
            else
            {
                Legacy(json, job);
            }

            Shared(json, job, options, credentials);
            json.WriteEndObject();
        }

        var path = options.Shape == SubmitShape.Batch ? "jarvice/batch" : "jarvice/submit";
        return new HttpRequestMessage(HttpMethod.Post, path) { Content = new SecretContent(body, "application/json") };
    }

    /// <summary>A limit as the provider reads it, in whole seconds: <c>01:30:00</c>.</summary>
    public static string WallTime(TimeSpan limit)
    {
        var seconds = (long)Math.Ceiling(limit.TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }

    private static void Batch(Utf8JsonWriter json, ProviderJob job)
    {
        json.WriteStartObject("container");
        json.WriteString("image", job.Image);
        json.WriteBase64String("jobscript", Encoding.UTF8.GetBytes(job.Script));
        json.WriteBoolean("interactive", false);
        json.WriteEndObject();
        json.WriteStartObject("application");
        json.WriteString("walltime", WallTime(job.Limit));
        json.WriteEndObject();
    }

    // The script travels in the command. In base64 it needs no quoting, and eval leaves standard input and exit code as they are.
    private static void Legacy(Utf8JsonWriter json, ProviderJob job)
    {
        var script = Convert.ToBase64String(Encoding.UTF8.GetBytes(job.Script));
        json.WriteStartObject("nae");
        json.WriteString("name", job.Image);
        json.WriteString("command", $"bash -c 'eval \"$(echo {script} | base64 -d)\"'");
        json.WriteBoolean("interactive", false);
        json.WriteBoolean("staging", true);
        json.WriteBoolean("ephemeral", false);
        json.WriteBoolean("force", false);
        json.WriteString("walltime", WallTime(job.Limit));
        json.WriteEndObject();
    }

    private static void Shared(Utf8JsonWriter json, ProviderJob job, JarviceOptions options, ApiCredentials credentials)
    {
        json.WriteStartObject("machine");
        json.WriteString("type", job.MachineType);
        json.WriteNumber("nodes", job.Nodes);
        json.WriteEndObject();
        json.WriteStartObject("vault");
        json.WriteString("name", options.Vault);
        json.WriteBoolean("readonly", false);
        json.WriteBoolean("force", false);
        json.WriteEndObject();
        json.WriteString("job_label", job.Label);
        json.WriteStartObject("user");
        json.WriteString("username", credentials.Username);
        json.WriteString("apikey"u8, credentials.Key.Span);
        json.WriteEndObject();
    }

    private static void Field(SecretWriter form, string name, ReadOnlySpan<byte> value)
    {
        form.Write(form.Length == 0 ? ""u8 : "&"u8);
        form.Write(Encoding.ASCII.GetBytes(name));
        form.Write("="u8);
        FormValue.Write(form, value);
    }
}
