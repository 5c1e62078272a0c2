using OrleansHybrid.Contracts.Registries;
using OrleansHybrid.Domain.Codes;

namespace OrleansHybrid.Silo.Http.Iron;

/// <content>Logins for registries.</content>
internal static partial class IronMapping
{
    private const int LongestAuth = 32 << 10;

    /// <summary>A login as Docker's tools write it: a JSON object in base64. What is wrong with it is said without any of it.</summary>
    public static RegistryLogin ReadLogin(JsonFields body)
    {
        var auth = Opened(body.RequiredText("auth", LongestAuth));
        var login = new RegistryLogin
        {
            Username = auth.RequiredText("username", LongestName),
            Password = auth.RequiredText("password", LongestAuth),
            Email = auth.Text("email", LongestName) ?? "",
            Serveraddress = auth.Text("serveraddress", LongestName) ?? "",
        };
        return RegistryAddress.Of(login.Serveraddress).All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '_')
            ? login
            : throw new RefusedException("serveraddress must be the address of a registry, such as registry.example.com:5000");
    }

    private static JsonFields Opened(string auth)
    {
        var bytes = new byte[auth.Length];
        return Convert.TryFromBase64String(auth, bytes, out var length) && length > 0
            ? RequestBody.Parse(bytes.AsSpan(0, length), "auth")
            : throw new RefusedException("auth must be a JSON object in base64");
    }
}
