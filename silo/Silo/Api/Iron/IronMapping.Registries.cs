using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Codes;

namespace OrleansHybrid.Silo.Api.Iron;

/// <content>Logins for registries.</content>
internal static partial class IronMapping
{
    private const int MaxAuthLength = 32 << 10;

    /// <summary>A login as Docker's tools write it: a JSON object in base64. What is wrong with it is said without any of it.</summary>
    public static RegistryLogin ReadLogin(IronJsonReader body)
    {
        var auth = DecodeAuth(body.RequiredText("auth", MaxAuthLength));
        var login = new RegistryLogin
        {
            Username = auth.RequiredText("username", MaxNameLength),
            Password = auth.RequiredText("password", MaxAuthLength),
            Email = auth.Text("email", MaxNameLength) ?? "",
            Serveraddress = auth.Text("serveraddress", MaxNameLength) ?? "",
        };
        return RegistryAddress.Normalize(login.Serveraddress).All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '_')
            ? login
            : throw new ApiException("serveraddress must be the address of a registry, such as registry.example.com:5000");
    }

    private static IronJsonReader DecodeAuth(string auth)
    {
        var bytes = new byte[auth.Length];
        return Convert.TryFromBase64String(auth, bytes, out var length) && length > 0
            ? RequestBody.Parse(bytes.AsSpan(0, length), "auth")
            : throw new ApiException("auth must be a JSON object in base64");
    }
}
